#include "store/facts.hpp"

#include <fmt/format.h>

#include <cmath>

namespace pa::store {
namespace {

constexpr std::int64_t longest_ms = 30LL * 24 * 3600 * 1000;
constexpr std::int64_t most_tokens = 1'000'000'000'000;
constexpr double most_dollars = 1e9;

/// An integer of JSON, not a string of digits.
bool read_integer(json::Value v, std::int64_t low, std::int64_t high, std::int64_t& out) {
    if (!v.is_number()) return false;
    double exact = v.number();
    if (!(exact >= static_cast<double>(low) && exact <= static_cast<double>(high))) return false;
    out = static_cast<std::int64_t>(std::llround(exact));
    return true;
}

using Milestone = std::pair<const char*, std::optional<std::int64_t> Arrival::*>;
constexpr Milestone milestones[] = {
    {"prepared", &Arrival::prepared},           {"ringing", &Arrival::ringing},
    {"answered", &Arrival::answered},           {"model_open", &Arrival::model_open},
    {"session_ready", &Arrival::session_ready}, {"greeting", &Arrival::greeting},
    {"first_audio", &Arrival::first_audio}};

void write_arrival(json::Writer& w, const Arrival& arrival) {
    bool open = false;
    for (const auto& [name, member] : milestones) {
        if (!(arrival.*member)) continue;
        if (!open) w.key("arrival_ms").object();
        open = true;
        w.member(name, *(arrival.*member));
    }
    if (open) w.end();
}

/// Before the call, too.
Status read_arrival(json::Value object, Arrival& arrival) {
    if (!object.exists() || object.is_null()) return Done{};
    FieldReader r(object, "arrival_ms");
    for (const auto& [name, member] : milestones) {
        json::Value v = r.value(name);
        std::int64_t ms = 0;
        if (!v.exists() || v.is_null()) continue;
        if (read_integer(v, -longest_ms, longest_ms, ms))
            arrival.*member = ms;
        else
            r.fail(name, "milliseconds of a call");
    }
    return r.status();
}

/// The model's arguments are JSON if all went well, but nobody promises it.
void write_arguments(json::Writer& w, const std::string& arguments) {
    w.key("arguments");
    auto parsed = json::Document::parse(arguments);
    if (parsed && parsed->root().is_object())
        w.value(parsed->root());
    else
        w.value(arguments);
}

}  // namespace

FieldReader::FieldReader(json::Value object, std::string path)
    : object_(object), path_(std::move(path)) {
    if (!object_.is_object()) error_ = (path_.empty() ? "the text" : path_) + ": expected object";
}

std::string FieldReader::path(std::string_view name) const {
    return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

void FieldReader::fail(std::string_view name, std::string_view expected) {
    if (error_.empty()) error_ = fmt::format("{}: expected {}", path(name), expected);
}

void FieldReader::text(std::string_view name, std::string& out) {
    json::Value v = value(name);
    if (v.is_string())
        out = v.text();
    else if (v.exists() && !v.is_null())
        fail(name, "string");
}

void FieldReader::flag(std::string_view name, bool& out) {
    json::Value v = value(name);
    if (v.is_bool())
        out = v.boolean();
    else if (v.exists() && !v.is_null())
        fail(name, "true or false");
}

void FieldReader::ms(std::string_view name, std::int64_t& out) {
    json::Value v = value(name);
    if (v.exists() && !v.is_null() && !read_integer(v, 0, longest_ms, out))
        fail(name, "milliseconds of a call");
}

void FieldReader::count(std::string_view name, std::int64_t& out) {
    json::Value v = value(name);
    if (v.exists() && !v.is_null() && !read_integer(v, 0, most_tokens, out)) fail(name, "a count");
}

void FieldReader::amount(std::string_view name, double& out) {
    json::Value v = value(name);
    if (!v.exists() || v.is_null()) return;
    if (v.is_number() && v.number() >= 0 && v.number() <= most_dollars)
        out = v.number();
    else
        fail(name, "an amount");
}

void FieldReader::time(std::string_view name, WallTime& out) {
    json::Value v = value(name);
    auto t = parse_iso(v.text());
    if (t)
        out = *t;
    else if (v.exists() && !v.is_null())
        fail(name, "a time such as 2026-02-28T23:49:32.120+09:00");
}

Status FieldReader::status() const {
    if (!error_.empty()) return Error{Errc::data, error_};
    return Done{};
}

void write_meta(json::Writer& w, const CallMeta& m) {
    w.member("call_sid", m.call_sid).member("stream_sid", m.stream_sid);
    w.member("direction", m.direction).member("from", m.from).member("to", m.to);
    w.member("owner", m.owner).member("agent", m.agent).member("model", m.model);
    w.member("voice", m.voice).member("transcribe_model", m.transcribe_model);
    w.member("language", m.language).member("about", m.about);
    if (!m.machine.empty()) w.member("machine", m.machine);
    if (!m.ack.empty()) w.member("ack", m.ack);
    w.member("started_at", to_iso(m.started_at));
    if (!m.persona.empty()) w.member("persona", m.persona);
    write_arrival(w, m.arrival);
    if (!m.trace.empty()) w.member("trace", m.trace);
    if (!m.recording.empty()) w.member("recording", m.recording);
    if (m.recovered) w.member("recovered", true);
}

Status read_meta(json::Value object, CallMeta& m) {
    FieldReader r(object, "");
    r.text("call_sid", m.call_sid);
    r.text("stream_sid", m.stream_sid);
    r.text("direction", m.direction);
    r.text("from", m.from);
    r.text("to", m.to);
    r.flag("owner", m.owner);
    r.text("agent", m.agent);
    r.text("model", m.model);
    r.text("voice", m.voice);
    r.text("transcribe_model", m.transcribe_model);
    r.text("language", m.language);
    r.text("about", m.about);
    r.text("persona", m.persona);
    r.text("machine", m.machine);
    r.text("ack", m.ack);
    r.time("started_at", m.started_at);
    r.time("ended_at", m.ended_at);
    r.text("trace", m.trace);
    r.text("recording", m.recording);
    r.flag("recovered", m.recovered);
    if (!is_plain_sid(m.call_sid)) r.fail("call_sid", "a call SID (CA…)");
    if (m.direction != "inbound" && m.direction != "outbound")
        r.fail("direction", "inbound or outbound");
    if (m.started_at == WallTime{}) r.fail("started_at", "the time of the start");
    if (Status s = r.status(); !s) return s;
    return read_arrival(object["arrival_ms"], m.arrival);
}

void write_line(json::Writer& w, const call::TranscriptLine& line) {
    w.member("role", line.role == call::TranscriptLine::Role::user ? "user" : "assistant");
    w.member("text", line.text).member("start_ms", line.start_ms).member("end_ms", line.end_ms);
    w.member("interrupted", line.interrupted);
    if (!line.interrupted) return;
    w.member("heard", line.heard)
        .member("heard_ms", line.heard_ms)
        .member("total_ms", line.total_ms);
}

Status read_fact(json::Value object, const std::string& path, call::TranscriptLine& line) {
    FieldReader r(object, path);
    std::string role;
    r.text("role", role);
    if (role != "user" && role != "assistant") r.fail("role", "user or assistant");
    line.role =
        role == "user" ? call::TranscriptLine::Role::user : call::TranscriptLine::Role::assistant;
    if (!r.value("text").is_string()) r.fail("text", "string");
    r.text("text", line.text);
    r.ms("start_ms", line.start_ms);
    r.ms("end_ms", line.end_ms);
    r.flag("interrupted", line.interrupted);
    r.text("heard", line.heard);
    r.ms("heard_ms", line.heard_ms);
    r.ms("total_ms", line.total_ms);
    return r.status();
}

void write_turn(json::Writer& w, const call::Turn& turn) {
    w.member("user_end_ms", turn.user_end_ms).member("first_audio_ms", turn.first_audio_ms);
    w.member("latency_ms", turn.latency_ms());
    if (turn.noticed_ms > 0) w.member("noticed_ms", turn.noticed_ms);
    if (turn.response_ms > 0) w.member("response_ms", turn.response_ms);
}

Status read_fact(json::Value object, const std::string& path, call::Turn& turn) {
    FieldReader r(object, path);
    r.ms("user_end_ms", turn.user_end_ms);
    r.ms("first_audio_ms", turn.first_audio_ms);
    r.ms("noticed_ms", turn.noticed_ms);
    r.ms("response_ms", turn.response_ms);
    return r.status();
}

void write_function(json::Writer& w, const call::FunctionRun& run) {
    w.member("name", run.name);
    write_arguments(w, run.arguments);
    w.member("result", run.result).member("ms", run.duration_ms).member("start_ms", run.start_ms);
    w.member("call_id", run.call_id);
    if (!run.request_id.empty()) w.member("request_id", run.request_id);
}

Status read_fact(json::Value object, const std::string& path, call::FunctionRun& run) {
    FieldReader r(object, path);
    r.text("name", run.name);
    json::Value arguments = r.value("arguments");
    run.arguments = arguments.is_object() ? arguments.dump() : std::string(arguments.text());
    r.text("result", run.result);
    r.ms("ms", run.duration_ms);
    r.ms("start_ms", run.start_ms);
    r.text("call_id", run.call_id);
    r.text("request_id", run.request_id);
    return r.status();
}

void write_happening(json::Writer& w, const call::Happening& h) {
    w.member("at_ms", h.at_ms).member("what", h.what);
    if (!h.detail.empty()) w.member("detail", h.detail);
}

Status read_fact(json::Value object, const std::string& path, call::Happening& h) {
    FieldReader r(object, path);
    r.ms("at_ms", h.at_ms);
    r.text("what", h.what);
    r.text("detail", h.detail);
    return r.status();
}

void write_usage(json::Writer& w, const call::Usage& u) {
    w.member("total_tokens", u.text_in + u.audio_in + u.text_out + u.audio_out);
    w.member("text_in", u.text_in).member("audio_in", u.audio_in);
    w.member("cached_text_in", u.cached_text_in).member("cached_audio_in", u.cached_audio_in);
    w.member("text_out", u.text_out).member("audio_out", u.audio_out);
    w.member("transcription_in", u.transcription_in);
    w.member("transcription_out", u.transcription_out);
    w.member("transcription_seconds", u.transcription_seconds);
}

Status read_fact(json::Value object, const std::string& path, call::Usage& u) {
    FieldReader r(object, path);
    r.count("text_in", u.text_in);
    r.count("audio_in", u.audio_in);
    r.count("cached_text_in", u.cached_text_in);
    r.count("cached_audio_in", u.cached_audio_in);
    r.count("text_out", u.text_out);
    r.count("audio_out", u.audio_out);
    r.count("transcription_in", u.transcription_in);
    r.count("transcription_out", u.transcription_out);
    r.amount("transcription_seconds", u.transcription_seconds);
    return r.status();
}

}  // namespace pa::store
