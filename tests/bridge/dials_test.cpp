#include "bridge/dials.hpp"

#include "base/file.hpp"
#include "base/phone_number.hpp"
#include "dial/ledger.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

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

TEST_CASE("a bridge that was not told of a call finds in the ledger what it is about") {
    test::TempDir folder;
    const std::string run = folder.path() + "/run", number = "+821000005678";
    const WallTime then = *parse_iso("2026-02-28T09:00:00Z");
    const dial::Ledger ledger(run);
    auto about = [&](std::string_view sid, std::string_view to, WallTime at) {
        auto dial = bridge::noted_dial(run, sid, to, at);
        REQUIRE(dial);
        return dial->about;
    };
    CHECK(about("CA1", number, then).empty());
    dial::Attempt a{dial::Attempt::State::placed, number, "+15550001234", "CA1", {}, then, {}, {}};
    a.matter = {number, "the shop", "", "talk", "", std::chrono::seconds(20)};
    auto entry = ledger.of_number(*PhoneNumber::parse(number));
    SECTION("by its SID") {
        REQUIRE(entry.lock());
        REQUIRE(entry.write(a));
        CHECK(about("CA1", number, then) == "the shop");
        CHECK(about("CA2", number, then).empty());
        CHECK(about("CA1", "+821000005679", then).empty());
        CHECK(about("CA1", "anonymous", then).empty());
    }
    SECTION("where the SID could not be noted any more, the call that is made now") {
        a.state = dial::Attempt::State::attempting;
        a.call_sid.clear();
        REQUIRE(entry.lock());
        REQUIRE(entry.write(a));
        CHECK(about("CA7", number, then + std::chrono::minutes(1)) == "the shop");
        CHECK(about("CA7", number, then + std::chrono::minutes(31)).empty());
    }
    SECTION("not of a call that has ended") {
        a.state = dial::Attempt::State::ended;
        REQUIRE(entry.lock());
        REQUIRE(entry.write(a));
        CHECK(about("CA1", number, then).empty());
    }
    SECTION("and is told of a file that is no attempt") {
        REQUIRE(entry.lock());
        REQUIRE(write_file(run + "/dials/to-821000005678.json", "{"));
        CHECK_FALSE(bridge::noted_dial(run, "CA1", number, then));
    }
}
