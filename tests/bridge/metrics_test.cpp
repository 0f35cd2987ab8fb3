#include "bridge/metrics.hpp"

#include <filesystem>
#include <regex>
#include <set>

#include "base/file.hpp"
#include "json/document.hpp"
#include "support/catch.hpp"

using namespace pa::bridge;
using pa::call::Keep;

namespace {

std::set<std::string> matches(const std::string& text, const char* pattern) {
    std::set<std::string> out;
    const std::regex what(pattern);
    for (std::sregex_iterator i(text.begin(), text.end(), what), end; i != end; ++i)
        out.insert((*i)[1].str());
    return out;
}

std::string served() { return metrics_text({{}}); }

/// All names that the samples of a text have.
std::set<std::string> samples() { return matches("\n" + served(), R"(\n([a-z_0-9]+)[ {])"); }

}  // namespace

TEST_CASE("facts of running calls are counted as they come") {
    pa::call::Record record;
    record.turns.push_back({1000, 1700, 0, 0});
    record.events.push_back({0, "barge-in", ""});
    record.events.push_back({0, "transfer", ""});
    record.events.push_back({0, "key", "1"});
    record.errors.push_back({0, "model-lost", ""});
    record.errors.push_back({0, "stream-lost", ""});
    record.errors.push_back({0, "transcription", ""});
    Metrics m;
    m.saw(record, {Keep::What::turn, 0});
    for (std::size_t i = 0; i < 3; ++i) m.saw(record, {Keep::What::event, i});
    for (std::size_t i = 0; i < 3; ++i) m.saw(record, {Keep::What::error, i});
    m.saw(record, {Keep::What::line, 7});
    Gauges now;
    now.running_cost_usd = 0.5;
    m.cost_usd = 1;
    std::string text = metrics_text({{m, now, {}}});
    for (const char* line :
         {"phone_agent_turns_total 1\n", "phone_agent_barge_ins_total 1\n",
          "phone_agent_transfers_total 1\n", "phone_agent_model_drops_total 1\n",
          "phone_agent_stream_drops_total 1\n", "phone_agent_call_errors_total 3\n",
          "phone_agent_cost_usd_total 1.5\n", "phone_agent_answer_seconds_bucket{le=\"0.6\"} 0\n",
          "phone_agent_answer_seconds_bucket{le=\"0.8\"} 1\n",
          "phone_agent_answer_seconds_sum 0.7\n", "phone_agent_answer_seconds_count 1\n"})
        CHECK_THAT(text, contains(line));
}

TEST_CASE("figures of several workers are added up, and each tells how full it is") {
    Figures one, other;
    one.counted.calls_started = 3;
    one.counted.webhooks = 10;
    one.counted.cost_usd = 0.25;
    one.counted.answers.add(std::chrono::milliseconds(700));
    one.now.calls = 2;
    one.now.queued_bytes = 100;
    one.now.queued_bytes_most = 60;
    one.loop = {1000, 3, std::chrono::milliseconds(9), 1.5};
    other.counted.calls_started = 4;
    other.counted.cost_usd = 0.5;
    other.counted.answers.add(std::chrono::milliseconds(900));
    other.now.calls = 1;
    other.now.running_cost_usd = 0.25;
    other.now.queued_bytes = 50;
    other.now.queued_bytes_most = 50;
    other.loop = {500, 1, std::chrono::milliseconds(7), 0.5};
    const std::string text = metrics_text({one, other});
    for (const char* line :
         {"phone_agent_calls_started_total 7\n", "phone_agent_webhooks_total 10\n",
          "phone_agent_cost_usd_total 1\n", "phone_agent_calls 3\n",
          "phone_agent_queued_bytes 150\n", "phone_agent_queued_bytes_most 60\n",
          "phone_agent_loop_turns_total 1500\n", "phone_agent_loop_turns_over_5ms_total 4\n",
          "phone_agent_loop_turn_longest_seconds 0.009\n",
          "phone_agent_answer_seconds_bucket{le=\"0.8\"} 1\n",
          "phone_agent_answer_seconds_bucket{le=\"1\"} 2\n", "phone_agent_answer_seconds_count 2\n",
          "phone_agent_worker_calls{worker=\"0\"} 2\n",
          "phone_agent_worker_calls{worker=\"1\"} 1\n",
          "phone_agent_worker_loop_turns_over_5ms_total{worker=\"0\"} 3\n",
          "phone_agent_worker_loop_turn_seconds{worker=\"1\"} 0.0005\n"})
        CHECK_THAT(text, contains(line));
}

TEST_CASE("every metric tells its help and type once, before its samples") {
    const std::string text = served();
    const auto helped = matches(text, "# HELP ([a-z_0-9]+) [A-Z]"),
               typed = matches(text, "# TYPE ([a-z_0-9]+) (?:counter|gauge|histogram)\n");
    CHECK(helped == typed);
    const std::regex part("_(?:bucket|sum|count)$");
    for (const std::string& name : samples())
        CHECK((helped.count(name) != 0 || helped.count(std::regex_replace(name, part, "")) != 0));
    CHECK(text.ends_with('\n'));
}

TEST_CASE("the dashboard names no metric that is not served") {
    auto file = pa::read_file(PA_SHARE "/grafana/phone-agent.json");
    REQUIRE(file);
    auto dashboard = pa::json::Document::parse(*file);
    REQUIRE(dashboard);
    CHECK(dashboard->root()["panels"].size() >= 8);
    const auto named = matches(*file, "(phone_agent_[a-z_0-9]+)"), there = samples();
    CHECK(named.size() >= 10);
    for (const std::string& name : named) {
        INFO(name);
        CHECK(there.count(name) == 1);
    }
}

TEST_CASE("the manifests of Kubernetes name no metric that is not served") {
    std::set<std::string> named;
    for (const auto& entry : std::filesystem::directory_iterator(PA_SHARE "/deploy/kubernetes")) {
        if (entry.path().extension() != ".yaml") continue;
        auto file = pa::read_file(entry.path().string());
        REQUIRE(file);
        named.merge(matches(*file, "(phone_agent_[a-z_0-9]+)"));
    }
    const auto there = samples();
    CHECK(named.count("phone_agent_calls") == 1);  // what the bridges are scaled by
    for (const std::string& name : named) {
        INFO(name);
        CHECK(there.count(name) == 1);
    }
}
