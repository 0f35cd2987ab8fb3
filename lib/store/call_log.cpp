#include "store/call_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/file.hpp"
#include "base/text.hpp"
#include "store/facts.hpp"

namespace pa::store {
namespace {

constexpr std::string_view schema = "phone-agent/call-log/1";

constexpr std::array<std::string_view, 7> endings{"",       "caller",  "agent", "limit",
                                                  "budget", "carrier", "error"};

template <class T>
void write_facts(json::Writer& w, std::string_view name, const std::vector<T>& facts,
                 void (*write)(json::Writer&, const T&)) {
    w.key(name).array();
    for (const T& fact : facts) {
        w.object();
        write(w, fact);
        w.end();
    }
    w.end();
}

template <class T>
Status read_facts(json::Value root, const char* name, std::vector<T>& out) {
    json::Value array = root[name];
    if (!array.exists() || array.is_null()) return Done{};
    if (!array.is_array()) return Error{Errc::data, fmt::format("{}: expected array", name)};
    if (array.size() > max_facts)
        return Error{Errc::data, fmt::format("{}: too many entries", name)};
    out.resize(array.size());
    for (std::size_t i = 0; i < out.size(); ++i)
        if (Status s = read_fact(array.at(i), fmt::format("{}[{}]", name, i), out[i]); !s) return s;
    return Done{};
}

void write_end(json::Writer& w, const CallLog& log) {
    const call::Record& r = log.record;
    w.member("ended_at", to_iso(log.meta.ended_at));
    w.member("duration_s", static_cast<double>(r.duration_ms) / 1000);
    w.member("ended_by", word_of(r.ended_by));
    w.member("answered_by", r.answered_by.empty() ? std::string("unknown") : r.answered_by);
    if (r.acknowledged) w.member("acknowledged", *r.acknowledged).member("evidence", r.evidence);
}

void write_cost(json::Writer& w, const CallCost& cost) {
    w.key("cost_usd").object();
    w.member("model", cost.model).member("transcription", cost.transcription);
    w.member("carrier", cost.carrier).member("total", cost.total).end();
}

Status read_end(json::Value root, CallLog& log) {
    FieldReader r(root, "");
    double seconds = 0;
    r.amount("duration_s", seconds);
    if (seconds > 30.0 * 24 * 3600) r.fail("duration_s", "the seconds of a call");
    log.record.duration_ms = static_cast<std::int64_t>(seconds * 1000 + 0.5);
    std::string ending;
    r.text("ended_by", ending);
    auto found = std::find(endings.begin(), endings.end(), ending);
    if (found == endings.end())
        r.fail("ended_by", "caller, agent, limit, budget, carrier or error");
    else
        log.record.ended_by = static_cast<call::EndedBy>(found - endings.begin());
    r.text("answered_by", log.record.answered_by);
    if (bool yes = false; root["acknowledged"].exists()) {
        r.flag("acknowledged", yes);
        log.record.acknowledged = yes;
    }
    r.text("evidence", log.record.evidence);
    return r.status();
}

Status read_cost(json::Value root, CallCost& cost) {
    json::Value object = root["cost_usd"];
    if (!object.exists() || object.is_null()) return Done{};
    FieldReader r(object, "cost_usd");
    r.amount("model", cost.model);
    r.amount("transcription", cost.transcription);
    r.amount("carrier", cost.carrier);
    r.amount("total", cost.total);
    return r.status();
}

Status read_record(json::Value root, call::Record& record) {
    if (!root["transcript"].is_array()) return Error{Errc::data, "transcript: expected array"};
    if (Status s = read_facts(root, "transcript", record.transcript); !s) return s;
    if (Status s = read_facts(root, "turns", record.turns); !s) return s;
    if (Status s = read_facts(root, "functions", record.functions); !s) return s;
    if (Status s = read_facts(root, "events", record.events); !s) return s;
    if (Status s = read_facts(root, "errors", record.errors); !s) return s;
    json::Value usage = root["usage"];
    if (usage.exists() && !usage.is_null())
        if (Status s = read_fact(usage, "usage", record.usage); !s) return s;
    return Done{};
}

}  // namespace

std::string_view word_of(call::EndedBy ending) {
    return endings[static_cast<std::size_t>(ending == call::EndedBy::none ? call::EndedBy::error
                                                                          : ending)];
}

bool is_plain_sid(std::string_view sid) {
    return sid.size() >= 2 && sid.size() <= 64 &&
           std::all_of(sid.begin(), sid.end(), is_ascii_alnum);
}

std::string write_log(const CallLog& log) {
    json::Writer w;
    w.start().object().member("schema", schema);
    write_meta(w, log.meta);
    write_end(w, log);
    write_facts(w, "transcript", log.record.transcript, write_line);
    write_facts(w, "turns", log.record.turns, write_turn);
    write_facts(w, "functions", log.record.functions, write_function);
    w.key("usage").object();
    write_usage(w, log.record.usage);
    w.end();
    write_cost(w, log.meta.cost);
    write_facts(w, "errors", log.record.errors, write_happening);
    write_facts(w, "events", log.record.events, write_happening);
    return w.end().str();
}

Result<CallLog> read_log(std::string_view text) {
    if (text.size() > largest_log) return Error{Errc::data, "larger than any call log"};
    auto document = json::Document::parse(text);
    if (!document) return document.error();
    return read_log(document->root());
}

Result<CallLog> read_log(json::Value root) {
    if (root["schema"].text() != schema)
        return Error{Errc::data, fmt::format("no call log: schema is not {}", schema)};
    CallLog log;
    if (Status s = read_meta(root, log.meta); !s) return s.error();
    if (Status s = read_end(root, log); !s) return s.error();
    if (Status s = read_cost(root, log.meta.cost); !s) return s.error();
    if (Status s = read_record(root, log.record); !s) return s.error();
    log.record.stream_sid = log.meta.stream_sid;
    return log;
}

std::string log_path(const std::string& folder, const CallMeta& meta) {
    std::string sid;
    for (char c : meta.call_sid)
        if (is_ascii_alnum(c) && sid.size() < 64) sid += c;  // never a way out of the folder
    return fmt::format("{}/{}_{}.json", folder, to_file_stamp(meta.started_at), sid);
}

bool is_log_name(std::string_view path) {
    std::string_view name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
    return name.ends_with(".json") && name != "requests_processed.json" && !name.starts_with(".");
}

Result<std::string> save_log(const std::string& folder, const CallLog& log) {
    if (Status s = make_directory(folder); !s) return s.error();
    std::string path = log_path(folder, log.meta);
    if (Status s = write_file(path, write_log(log) + "\n"); !s) return s.error();
    return path;
}

Result<CallLog> load_log(const std::string& path) {
    auto text = read_file(path, largest_log);
    if (!text) return text.error();
    auto log = read_log(*text);
    if (!log) return log.error().in(path);
    return log;
}

}  // namespace pa::store
