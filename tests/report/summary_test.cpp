#include "report/summary.hpp"

#include "report/sample.hpp"
#include "support/catch.hpp"

using namespace pa;
using namespace pa::report;

TEST_CASE("a call in one line has what the log says") {
    Summary s = summarise(test::reported_call(), "a.json");
    CHECK(s.log == "a.json");
    CHECK(s.latencies == std::vector<std::int64_t>{800, 2500});
    CHECK(s.interruptions == 1);
    CHECK(s.ended_by == "caller");
    CHECK(other_number(s.meta) == "+821000000001");
    CHECK(other_number_for_people(s.meta) == "010-0000-0001");
}

TEST_CASE("a log without events tells of interruptions by its lines") {
    store::CallLog log = test::reported_call();
    log.record.events.clear();
    CHECK(summarise(log, "").interruptions == 1);
}

TEST_CASE("an end that nobody recorded is an error") {
    store::CallLog log = test::reported_call();
    log.record.ended_by = call::EndedBy::none;
    CHECK(summarise(log, "").ended_by == "error");
}

TEST_CASE("who called is the other side of an inbound call, if they say") {
    store::CallLog log = test::reported_call();
    log.meta.direction = "inbound";
    CHECK(other_number_for_people(log.meta) == "+15550100001");
    log.meta.from = "";
    CHECK(other_number(log.meta) == "withheld");
}

TEST_CASE("percentiles are values that occurred") {
    CHECK(percentile({}, 50) == -1);
    CHECK(percentile({700}, 95) == 700);
    CHECK(percentile({3, 1, 2}, 50) == 2);
    CHECK(percentile({4, 3, 1, 2}, 50) == 2);
    std::vector<std::int64_t> hundred;
    for (std::int64_t i = 100; i > 0; --i) hundred.push_back(i);
    CHECK(percentile(hundred, 95) == 95);
    CHECK(percentile(hundred, 100) == 100);
}

TEST_CASE("totals tell when the carrier's part is not known") {
    Totals totals;
    store::CallLog log = test::reported_call();
    log.meta.cost.carrier = 0.05;
    totals.add(summarise(log, ""));
    CHECK(totals.carrier_known);
    log.meta.cost.carrier = 0;
    totals.add(summarise(log, ""));
    CHECK_FALSE(totals.carrier_known);
    CHECK(totals.calls == 2);
    CHECK(totals.cost == Approx(0.024));
}
