#include "bridge/live_view.hpp"

#include <algorithm>

#include "report/summary.hpp"

namespace pa::bridge {
namespace {

constexpr std::size_t last_events = 12;

std::vector<std::int64_t> latencies(const call::Record& record) {
    std::vector<std::int64_t> out;
    for (const call::Turn& turn : record.turns) out.push_back(turn.latency_ms());
    return out;
}

}  // namespace

void write_line(json::Writer& w, const call::TranscriptLine& l) {
    w.object().member("role", l.role == call::TranscriptLine::Role::user ? "user" : "assistant");
    w.member("text", l.text).member("start_ms", l.start_ms);
    if (l.interrupted) w.member("interrupted", true).member("heard", l.heard);
    w.end();
}

std::string_view state_of(const CallDriver& call) {
    const call::Session& s = call.session();
    if (s.put_through()) return "transferred";
    if (!s.operable()) return "ending";
    if (s.streaming()) return "talking";
    return call.meta().stream_sid.empty() ? "ringing" : "waiting";
}

bool was_put_through(const call::Record& record) {
    bool away = false;
    for (const call::Happening& h : record.events)
        if (h.what.starts_with("transfer")) away = h.what == "transfer";
    return away;
}

void write_live_call(json::Writer& w, const CallDriver& call, net::TimePoint now) {
    const store::CallMeta& meta = call.meta();
    const call::Record& record = call.session().record();
    w.member("call_sid", meta.call_sid).member("direction", meta.direction);
    w.member("from", meta.from).member("to", meta.to).member("owner", meta.owner);
    w.member("number_shown", report::other_number_for_people(meta)).member("agent", meta.agent);
    w.member("state", state_of(call)).member("streaming", call.session().streaming());
    w.member("muted", call.session().muted());
    w.member("ms", meta.stream_sid.empty() ? 0 : call.session().call_ms(now));
    w.member("turns", record.turns.size());
    auto took = latencies(record);
    w.key("latency_ms").object().key("last");
    took.empty() ? w.null() : w.value(took.back());
    w.key("p50");
    took.empty() ? w.null() : w.value(report::percentile(took, 50));
    w.end();
    w.member("interruptions",
             std::count_if(record.events.begin(), record.events.end(),
                           [](const call::Happening& h) { return h.what == "barge-in"; }));
    w.member("errors", record.errors.size()).member("cost_usd", call.cost_so_far());
}

void write_live_talk(json::Writer& w, const CallDriver& call, std::size_t known,
                     net::TimePoint now) {
    const auto lines = call.session().transcript().ordered();
    const std::size_t settled = call.session().settled_lines(now).size();
    known = std::min(known, settled);
    w.member("about", call.meta().about).member("first", known).member("settled", settled);
    w.key("lines").array();
    for (std::size_t i = known; i < lines.size(); ++i) write_line(w, lines[i]);
    w.end().key("events").array();
    const auto& events = call.session().record().events;
    for (std::size_t i = events.size() - std::min(events.size(), last_events); i < events.size();
         ++i)
        w.object()
            .member("at_ms", events[i].at_ms)
            .member("what", events[i].what)
            .member("detail", events[i].detail)
            .end();
    w.end();
}

}  // namespace pa::bridge
