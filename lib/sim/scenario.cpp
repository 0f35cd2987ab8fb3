#include "sim/scenario.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/file.hpp"
#include "base/text.hpp"
#include "json/document.hpp"
#include "sim/strict_reader.hpp"

namespace pa::sim {
namespace {

constexpr int long_time = 24 * 3'600'000;

void read(json::Value v, const std::string& path, std::string& error, CarrierScript& out) {
    StrictReader r(v, path, error);
    r.integer("ring_ms", out.ring_ms, 0, long_time);
    r.one_of("outcome", out.outcome,
             {"answer", "busy", "no-answer", "failed", "canceled", "declined"});
    r.one_of("answered_by", out.answered_by,
             {"human", "machine_start", "machine_end_beep", "machine_end_silence",
              "machine_end_other", "fax", "unknown"});
    r.integer("amd_delay_ms", out.amd_delay_ms, 0, 60'000);
    r.integer("stream_start_ms", out.stream_start_ms, 0, 60'000);
    r.integer("network_delay_ms", out.network_delay_ms, 0, 10'000);
    r.integer("sip_code", out.sip_code, 0, 699);
    r.one_of("transfer", out.transfer, {"completed", "busy", "no-answer", "failed"});
    r.integer("transfer_ms", out.transfer_ms, 0, long_time);
    r.integer("max_call_ms", out.max_call_ms, 1, long_time);
}

void read(json::Value v, const std::string& path, std::string& error, CallerStep& out) {
    StrictReader r(v, path, error);
    r.one_of("when", out.when, {"then", "answered", "agent-speaking", "agent-silent"});
    r.integer("after_ms", out.after_ms, 0, long_time);
    r.integer("at_most_ms", out.at_most_ms, 0, long_time);
    r.text("say", out.say);
    r.text("key", out.key);
    r.boolean("hang_up", out.hang_up);
    r.integer("silence_ms", out.silence_ms, 0, long_time);
    int acts = !out.say.empty() + !out.key.empty() + out.hang_up + (out.silence_ms > 0);
    if (acts != 1) r.fail("say", "expected exactly one of say, key, hang_up, silence_ms");
    if (out.key.find_first_not_of("0123456789*#ABCD") != std::string::npos)
        r.fail("key", "expected digits, *, # or A-D");
}

void read(json::Value v, const std::string& path, std::string& error, CallerScript& out) {
    StrictReader r(v, path, error);
    r.text("number", out.number);
    r.number("noise", out.noise, 0, 1);
    r.number("loss", out.loss, 0, 1);
    r.each("script", [&](json::Value step, const std::string& at) {
        read(step, at, error, out.script.emplace_back());
    });
}

void read(json::Value v, const std::string& path, std::string& error, FunctionScript& out) {
    StrictReader r(v, path, error);
    r.text("name", out.name);
    json::Value arguments = r.raw("arguments");
    if (arguments)
        out.arguments = arguments.is_string() ? std::string(arguments.text()) : arguments.dump();
    if (out.name.empty()) r.fail("name", "missing");
}

void read(json::Value v, const std::string& path, std::string& error, TurnScript& out) {
    StrictReader r(v, path, error);
    r.text("hears", out.hears);
    r.texts("says", out.says);
    r.texts("then_says", out.then_says);
    r.object("function", [&](json::Value function, const std::string& at) {
        read(function, at, error, out.functions.emplace_back());
    });
    r.each("functions", [&](json::Value function, const std::string& at) {
        read(function, at, error, out.functions.emplace_back());
    });
    if (out.hears.empty()) r.fail("hears", "expected a clip's id or *");
}

void read(json::Value v, const std::string& path, std::string& error, VadScript& out) {
    StrictReader r(v, path, error);
    r.number("floor_db", out.floor_db, -90, 0);
    r.integer("min_speech_ms", out.min_speech_ms, 0, 5'000);
}

void read_purposes(StrictReader& r, ModelScript& out) {
    r.each_member("purposes", [&](std::string_view name, json::Value clips, const std::string&) {
        clips.for_each(
            [&](json::Value clip) { out.purposes[std::string(name)].emplace_back(clip.text()); });
        if (!clips.is_array()) r.fail("purposes", "expected arrays of clips");
    });
}

void read(json::Value v, const std::string& path, std::string& error, ModelScript& out) {
    StrictReader r(v, path, error);
    r.texts("greeting", out.greeting);
    read_purposes(r, out);
    r.each("turns", [&](json::Value turn, const std::string& at) {
        read(turn, at, error, out.turns.emplace_back());
    });
    r.integer("latency_ms", out.latency_ms, 0, 60'000);
    r.integer("connect_ms", out.connect_ms, 0, 60'000);
    r.number("pace", out.pace, 0.1, 1'000);
    r.integer("delta_bytes", out.delta_bytes, 1, 1'000'000);
    r.integer("items_per_response", out.items_per_response, 1, 10);
    r.integer("transcript_delay_ms", out.transcript_delay_ms, 0, 60'000);
    r.integer("transcript_jitter_ms", out.transcript_jitter_ms, 0, 60'000);
    r.integer("late_delta_ms", out.late_delta_ms, 0, 10'000);
    r.integer("session_ms", out.session_ms, 1, long_time);
    r.boolean("any_function", out.any_function);
    r.boolean("phases", out.phases);
    r.object("vad", [&](json::Value vad, const std::string& at) { read(vad, at, error, out.vad); });
}

void read(json::Value v, const std::string& path, std::string& error, ExtractionScript& out) {
    StrictReader r(v, path, error);
    r.text("clip", out.clip);
    r.text("phrase", out.phrase);
    r.one_of("type", out.type, {"reminder", "todo", "calendar", "call_back"});
    r.text("title", out.title);
    r.text("quote", out.quote);
    r.text("due", out.due);
    r.text("repeat", out.repeat);
    r.text("phone", out.phone);
    r.number("confidence", out.confidence, 0, 1);
    if (out.clip.empty() == out.phrase.empty()) r.fail("clip", "expected either clip or phrase");
    if (out.type.empty()) r.fail("type", "missing");
    if (out.title.empty()) r.fail("title", "missing");
}

constexpr std::array places = {"model.connect",
                               "model.session",
                               "model.response",
                               "model.transcript",
                               "model.audio",
                               "model.time",
                               "chat",
                               "models",
                               "rest",
                               "rest.balance",
                               "rest.calls",
                               "rest.call",
                               "rest.numbers",
                               "rest.permission",
                               "carrier.webhook",
                               "carrier.status",
                               "carrier.amd",
                               "carrier.connect",
                               "carrier.media",
                               "carrier.mark",
                               "carrier.start",
                               "carrier.time",
                               "ngrok.api",
                               "ngrok.socket",
                               "ngrok.tunnel"};
constexpr std::array deeds = {"drop", "close", "delay", "slow", "garbage", "silent",
                              "lose", "error", "fail",  "cut",  "change",  "flood"};

/// "model.response:3" -> "model.response", 3.
bool split_place(Fault& fault) {
    auto colon = fault.at.find(':');
    if (colon != std::string::npos) {
        std::string_view n = std::string_view(fault.at).substr(colon + 1);
        auto [end, ec] = std::from_chars(n.data(), n.data() + n.size(), fault.nth);
        if (ec != std::errc{} || end != n.data() + n.size() || fault.nth < 0) return false;
        fault.at.resize(colon);
    }
    return std::find(places.begin(), places.end(), fault.at) != places.end();
}

void read(json::Value v, const std::string& path, std::string& error, Fault& out) {
    StrictReader r(v, path, error);
    r.text("at", out.at);
    if (!split_place(out)) r.fail("at", "unknown place \"" + out.at + "\"");
    json::Value deed = r.raw("do");
    out.what = deed.is_number() ? deed.dump() : std::string(deed.text());
    bool known = std::find(deeds.begin(), deeds.end(), out.what) != deeds.end();
    if (!known && http_status(out) == 0) r.fail("do", "unknown deed \"" + out.what + "\"");
    r.integer("ms", out.ms, 0, long_time);
    r.integer("times", out.times, 1, 1'000'000);
    r.text("code", out.code);
    r.integer("retry_after_s", out.retry_after_s, 0, 86'400);
}

void read(json::Value v, std::string& error, Scenario& out) {
    StrictReader r(v, "", error);
    r.text("name", out.name);
    r.text("about", out.about);
    int seed = 1;
    r.integer("seed", seed, 0, 1'000'000'000);
    out.seed = static_cast<std::uint64_t>(seed);
    r.object("carrier",
             [&](json::Value x, const std::string& at) { read(x, at, error, out.carrier); });
    r.object("caller",
             [&](json::Value x, const std::string& at) { read(x, at, error, out.caller); });
    r.object("model", [&](json::Value x, const std::string& at) { read(x, at, error, out.model); });
    r.each("extraction", [&](json::Value x, const std::string& at) {
        read(x, at, error, out.extraction.emplace_back());
    });
    r.each("faults", [&](json::Value x, const std::string& at) {
        read(x, at, error, out.faults.emplace_back());
    });
    if (out.name.empty()) r.fail("name", "missing");
}

}  // namespace

Result<Scenario> Scenario::parse(const std::string& text, const std::string& file) {
    auto doc = json::Document::parse(text);
    if (!doc) return doc.error().in(file);
    Scenario scenario;
    scenario.file = file;
    std::string error;
    read(doc->root(), error, scenario);
    if (!error.empty()) return Error{Errc::data, file + ": " + error};
    return scenario;
}

Result<Scenario> Scenario::load(const std::string& name, const std::string& share) {
    bool path = name.find('/') != std::string::npos || name.ends_with(".json");
    std::string file = path ? name : share + "/scenarios/" + name + ".json";
    auto text = read_file(file);
    if (!text) return Error{Errc::data, "scenario " + name + ": " + text.error().what};
    return parse(*text, file);
}

const Fault* Faults::next(std::string_view place) {
    auto it = count_.find(place);
    if (it == count_.end()) it = count_.emplace(std::string(place), 0).first;
    int n = ++it->second;
    for (Fault& fault : faults_) {
        if (fault.at != place || fault.times <= 0 || (fault.nth != 0 && fault.nth != n)) continue;
        --fault.times;
        return &fault;
    }
    return nullptr;
}

bool Faults::spend(const Fault& fault) {
    for (Fault& mine : faults_)
        if (&mine == &fault) return mine.times-- > 0;
    return false;
}

std::vector<const Fault*> Faults::timed(std::string_view place) const {
    std::vector<const Fault*> found;
    for (const Fault& fault : faults_)
        if (fault.at == place) found.push_back(&fault);
    return found;
}

int http_status(const Fault& fault) {
    int status = 0;
    const char* end = fault.what.data() + fault.what.size();
    auto [stop, ec] = std::from_chars(fault.what.data(), end, status);
    return ec == std::errc{} && stop == end && status >= 400 && status <= 599 ? status : 0;
}

}  // namespace pa::sim
