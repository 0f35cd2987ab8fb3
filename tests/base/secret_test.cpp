#include "base/secret.hpp"

#include <cstring>
#include <new>

#include "support/catch.hpp"

using namespace pa;

namespace {

/// Whether the bytes of a Secret, gone or not, still hold `text`.
bool holds(const unsigned char* bytes, const char* text) {
    return std::string_view(reinterpret_cast<const char*>(bytes), sizeof(Secret)).find(text) !=
           std::string_view::npos;
}

}  // namespace

TEST_CASE("a secret does not print itself") {
    Secret secret("sk-live-1234");
    CHECK(fmt::format("{}", secret) == "***");
    CHECK(fmt::format("key {:>5}", secret) == "key   ***");
    CHECK(fmt::format("{}", Secret()) == "");
    CHECK(secret.reveal() == "sk-live-1234");
    CHECK(Secret().empty());
}

TEST_CASE("a secret can be copied, moved and assigned") {
    Secret a("one"), b(a), c(std::move(a));
    CHECK(b.reveal() == "one");
    CHECK(c.reveal() == "one");
    CHECK(a.empty());
    b = Secret("two");
    c = b;
    CHECK(c.reveal() == "two");
    c = std::move(b);
    CHECK(c.reveal() == "two");
}

TEST_CASE("nothing is left of a secret where it was") {
    alignas(Secret) unsigned char memory[sizeof(Secret)];
    auto* secret = new (memory) Secret("pin-4711");  // short: held inside the object
    CHECK(holds(memory, "pin-4711"));
    secret->~Secret();
    CHECK_FALSE(holds(memory, "4711"));

    secret = new (memory) Secret("pin-4711");
    Secret moved(std::move(*secret));
    CHECK_FALSE(holds(memory, "4711"));
    *secret = Secret("pin-0815");
    *secret = Secret("x");
    CHECK_FALSE(holds(memory, "0815"));
    secret->~Secret();
}
