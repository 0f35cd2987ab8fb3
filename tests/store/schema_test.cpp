// The schemas that are installed describe what is written: no member is missing in either.
#include "act/job.hpp"
#include "base/file.hpp"
#include "json/document.hpp"
#include "store/call_log.hpp"
#include "store/ledger.hpp"
#include "support/catch.hpp"

using namespace pa;

namespace {

json::Document schema(const std::string& name) {
    auto text = read_file(PA_SHARE "/schema/" + name + ".json");
    REQUIRE(text);
    auto document = json::Document::parse(*text);
    REQUIRE(document);
    return std::move(*document);
}

/// Every member is described, everything required is there, constants and alternatives fit.
void check(json::Value value, json::Value described, const std::string& path) {
    INFO(path);
    described["required"].for_each([&](json::Value name) {
        INFO(name.text());
        CHECK(value[name.text()].exists());
    });
    if (described["const"].is_string()) CHECK(value.text() == described["const"].text());
    if (described["enum"].is_array() && value.is_string()) {
        bool found = false;
        described["enum"].for_each(
            [&](json::Value v) { found = found || v.text() == value.text(); });
        CHECK(found);
    }
    if (described["properties"].is_object())
        value.for_each_member([&](std::string_view name, json::Value member) {
            INFO(path << "." << name);
            CHECK(described["properties"][name].exists());
            check(member, described["properties"][name], path + "." + std::string(name));
        });
    if (described["items"].is_object() && !described["items"]["$ref"].exists())
        value.for_each([&](json::Value item) { check(item, described["items"], path + "[]"); });
}

void check_text(const std::string& text, const std::string& name) {
    auto written = json::Document::parse(text);
    REQUIRE(written);
    auto described = schema(name);
    check(written->root(), described.root(), name);
}

store::Request request() {
    store::Request q;
    q.id = store::request_id("CA01", "todo", 0, 0);
    q.call_sid = "CA01";
    q.type = "todo";
    q.due_at = wall_now();
    q.all_day = q.approximate = true;
    q.repeat = "daily";
    q.phone = "+821000000001";
    q.note = "x";
    return q;
}

}  // namespace

TEST_CASE("a call log with everything in it is as its schema says") {
    store::CallLog log;
    log.meta.call_sid = "CA01";
    log.meta.started_at = log.meta.ended_at = wall_now();
    log.meta.trace = log.meta.recording = "x";
    log.meta.recovered = true;
    log.record.transcript.push_back(
        {call::TranscriptLine::Role::assistant, "", "x", 0, 1, true, "x", 1, 2});
    log.record.turns.push_back({1, 5, 2, 3});
    log.meta.arrival = {-9, -8, -2, -7, -6, -5, 1};
    log.record.functions.push_back({"c", "n", "{}", "r", "id", 1, 2});
    log.record.events.push_back({1, "x", "y"});
    log.record.errors.push_back({1, "x", "y"});
    check_text(store::write_log(log), "call-log");
}

TEST_CASE("a request with everything in it is as its schema says, and the ledger too") {
    check_text(store::write_request(request()), "request");
    store::Findings f;
    f.requests.push_back(request());
    f.summary = {"x"};
    f.facts.push_back({"x", "y", 1});
    auto written = json::Document::parse(store::write_ledger({{"CA01", f}}));
    REQUIRE(written);
    auto described = schema("requests-processed");
    check(written->root()["calls"]["CA01"],
          described.root()["properties"]["calls"]["additionalProperties"], "calls");
}

TEST_CASE("a receipt and a job with everything in them are as their schemas say") {
    act::Receipt receipt{"a1", "failed", "x", "y", "z", "todo", "r#1", wall_now(), true};
    check_text(act::write_receipt(receipt), "receipt");
    act::Job job;
    job.id = job.request_id = "a1";
    job.dial = {"--ring", "20"};
    job.due_at = job.run_at = wall_now();
    job.repeat = "daily";
    job.machine = "message";
    job.then = "done";
    job.receipt = receipt;
    auto written = json::Document::parse(act::write_job(job));
    REQUIRE(written);
    auto described = schema("job");
    check(written->root(), described.root(), "job");
}
