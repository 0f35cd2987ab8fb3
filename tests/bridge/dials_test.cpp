#include "bridge/dials.hpp"

#include "support/catch.hpp"

using namespace pa;
using bridge::Dial;
using bridge::Dials;

namespace {
const Dials::TimePoint now{};
Dial to(const char* number, const char* about) {
    Dial d;
    d.to = number;
    d.about = about;
    return d;
}
}  // namespace

TEST_CASE("a dial is found by the call it was bound to") {
    Dials dials;
    std::string a = dials.add(to("+821000000001", "first"), now);
    std::string b = dials.add(to("+821000000001", "second"), now + std::chrono::seconds(1));
    CHECK(dials.bind(b, "CA2"));
    CHECK_FALSE(dials.bind("nobody", "CA3"));
    CHECK(dials.take("CA2", "+821000000001", now)->about == "second");
    CHECK_FALSE(dials.take("CA2", "+820", now));
}

TEST_CASE("a webhook that comes before the binding takes the oldest unbound dial to its number") {
    Dials dials;
    dials.add(to("+821000000002", "other number"), now);
    dials.add(to("+821000000001", "first"), now + std::chrono::seconds(1));
    std::string late = dials.add(to("+821000000001", "second"), now + std::chrono::seconds(2));
    CHECK(dials.take("CA1", "+821000000001", now + std::chrono::seconds(3))->about == "first");
    dials.bind(late, "CA9");
    // What is bound to another call is not for this one.
    CHECK_FALSE(dials.take("CA2", "+821000000001", now + std::chrono::seconds(3)));
}

TEST_CASE("who asks for a bound dial gets no other") {
    Dials dials;
    std::string id = dials.add(to("+821000000001", "first"), now);
    CHECK_FALSE(dials.take_bound("CA1", now));
    dials.bind(id, "CA1");
    CHECK_FALSE(dials.take_bound("CA2", now));
    CHECK(dials.take_bound("CA1", now)->about == "first");
    CHECK_FALSE(dials.take_bound("CA1", now));
    dials.bind(dials.add(to("+821000000001", "old"), now), "CA3");
    CHECK_FALSE(dials.take_bound("CA3", now + Dials::life + std::chrono::seconds(1)));
}

TEST_CASE("a dial whose call never came is forgotten") {
    Dials dials;
    dials.add(to("+821000000001", "old"), now);
    CHECK_FALSE(dials.take("CA1", "+821000000001", now + Dials::life + std::chrono::seconds(1)));
    std::string id = dials.add(to("+821000000001", "cancelled"), now);
    dials.remove(id);
    CHECK_FALSE(dials.take("CA1", "+821000000001", now));
}
