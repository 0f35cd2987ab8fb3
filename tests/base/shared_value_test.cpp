#include "base/shared_value.hpp"

#include <string>

#include "support/catch.hpp"

TEST_CASE("equal values are one, for as long as somebody has it") {
    struct Value {
        std::string text;
        bool operator==(const Value&) const = default;
    };
    auto one = pa::shared(Value{"a"});
    const auto same = pa::shared(Value{"a"});
    const auto other = pa::shared(Value{"b"});
    CHECK(one == same);
    CHECK(one != other);
    CHECK(other->text == "b");
    const std::weak_ptr<const Value> gone = pa::shared(Value{"c"});
    CHECK(gone.expired());
    CHECK(pa::shared(Value{"c"})->text == "c");
}
