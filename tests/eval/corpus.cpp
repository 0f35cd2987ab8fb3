#include "eval/corpus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/crypto.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "extract/prompt.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"

namespace pa::eval {
namespace {

using Role = call::TranscriptLine::Role;

Error fault(const std::string& what) { return {Errc::data, what}; }

/// Names what is unknown, so that a slip of the pen is no silent default.
Status known_members(json::Value object, std::initializer_list<std::string_view> names) {
    std::string unknown;
    object.for_each_member([&](std::string_view name, json::Value) {
        if (std::find(names.begin(), names.end(), name) == names.end()) unknown = name;
    });
    if (!unknown.empty()) return fault(fmt::format("unknown member \"{}\"", unknown));
    return Done{};
}

Result<call::TranscriptLine> read_line(std::string_view text, std::int64_t& at_ms) {
    call::TranscriptLine line;
    std::size_t colon = text.find(": ");
    std::string_view who = text.substr(0, colon == std::string_view::npos ? 0 : colon);
    if (who.starts_with("a@") || who.starts_with("c@")) {
        auto seconds = to_number(who.substr(2));
        if (!seconds) return fault(fmt::format("no time: \"{}\"", text));
        at_ms = static_cast<std::int64_t>(*seconds * 1000);
        who = who.substr(0, 1);
    }
    if (who != "a" && who != "c") return fault(fmt::format("who says \"{}\"?", text));
    line.role = who == "a" ? Role::assistant : Role::user;
    line.text = text.substr(colon + 1);  // with the blank, for "a: // not heard"
    if (std::size_t cut = line.text.find(" // "); cut != std::string::npos) {
        line.interrupted = true;
        line.heard = trim(line.text.substr(0, cut));
        line.text.erase(cut, 3);
    }
    line.text = trim(line.text);
    line.start_ms = at_ms;
    line.end_ms = at_ms + 3000;
    at_ms += 4000;
    return line;
}

Status read_talk(json::Value c, store::CallLog& log) {
    std::int64_t at_ms = 1000;
    for (std::size_t i = 0; i < c["talk"].size(); ++i) {
        auto line = read_line(c["talk"].at(i).text(), at_ms);
        if (!line) return line.error();
        log.record.transcript.push_back(std::move(*line));
    }
    if (log.record.transcript.empty()) return fault("nobody talks");
    c["functions"].for_each([&](json::Value f) {
        call::FunctionRun run;
        run.name = f["name"].text();
        run.arguments = f["arguments"].exists() ? f["arguments"].dump() : "{}";
        run.result = f["result"].text("ok");
        log.record.functions.push_back(std::move(run));
    });
    return Done{};
}

store::CallMeta meta_of(json::Value c, const std::string& theme) {
    store::CallMeta meta;
    std::string name = fmt::format("{}/{}", theme, c["name"].text());
    meta.call_sid = fmt::format("CA{}", hex(sha256(name)).substr(0, 32));
    meta.owner = c["owner"].boolean(true);
    meta.direction = c["direction"].text("outbound");
    bool inbound = meta.direction == "inbound";
    const char* other = meta.owner ? "+821000000001" : "+821000000009";
    meta.from = inbound ? other : "+15550001000";
    meta.to = inbound ? "+15550001000" : other;
    return meta;
}

Result<Expected> read_expected(json::Value v, const store::CallLog& log) {
    if (auto known = known_members(
            v, {"type", "title", "due", "approximate", "repeat", "phone", "confirmed", "line"});
        !known)
        return known.error();
    Expected e{std::string(v["type"].text()),   std::string(v["title"].text()),
               std::string(v["due"].text()),    v["approximate"].boolean(),
               std::string(v["repeat"].text()), std::string(v["phone"].text()),
               v["confirmed"].boolean(),        {}};
    auto add = [&](json::Value n) {
        e.lines.push_back(static_cast<std::size_t>(n.integer(1 << 20)));
    };
    v["line"].is_array() ? v["line"].for_each(add) : add(v["line"]);
    for (std::size_t line : e.lines)
        if (line >= log.record.transcript.size() || log.record.transcript[line].role != Role::user)
            return fault(fmt::format("expect: line {} is none of the caller's", line));
    if (e.type.empty() || e.title.empty()) return fault("expect: type and title are needed");
    if (!e.due.empty() && e.due.size() != 10 && e.due.size() != 16)
        return fault(fmt::format("expect: no time: \"{}\"", e.due));
    return e;
}

/// A request of the answer, with all that the schema demands.
Status write_request(json::Writer& w, json::Value r, const store::CallLog& log) {
    if (auto known = known_members(r, {"quote", "line", "type", "title", "due", "repeat", "phone",
                                       "confirmed", "promised", "done_by_function", "confidence"});
        !known)
        return known;
    auto line = static_cast<std::size_t>(r["line"].integer(1 << 20));
    bool there = line < log.record.transcript.size();
    if (!there && !r["quote"]) return fault(fmt::format("answer: there is no line {}", line));
    w.object();
    w.member("quote", r["quote"] ? r["quote"].text() : log.record.transcript[line].text);
    for (const char* name : {"line", "type", "title", "due", "repeat", "phone"})
        w.member(name, r[name]);
    w.member("confirmed", r["confirmed"].boolean()).member("promised", r["promised"].boolean());
    w.member("done_by_function", r["done_by_function"]);
    w.member("confidence", r["confidence"].number(0.9)).end();
    return Done{};
}

Result<std::string> content_of(json::Value answer, const store::CallLog& log) {
    if (answer.is_string()) return std::string(answer.text());
    json::Value requests = answer.is_object() ? answer["requests"] : answer;
    json::Writer w;
    w.object().key("requests").array();
    for (std::size_t i = 0; i < requests.size(); ++i)
        if (auto written = write_request(w, requests.at(i), log); !written) return written.error();
    w.end();
    for (const char* name : {"summary", "facts"}) {
        w.key(name).array();
        answer[name].for_each([&](json::Value v) { w.value(v); });
        w.end();
    }
    return w.end().str();
}

Result<std::vector<std::string>> read_names(json::Value list) {
    std::vector<std::string> names;
    list.for_each([&](json::Value v) { names.emplace_back(v.text()); });
    for (const std::string& name : names)
        if (std::find(flaw_names().begin(), flaw_names().end(), name) == flaw_names().end())
            return fault(fmt::format("no such flaw: \"{}\"", name));
    return names;
}

Result<Case> read_case(json::Value v, const std::string& theme, std::string_view zone) {
    if (auto known =
            known_members(v, {"name", "at", "zone", "owner", "direction", "talk", "functions",
                              "expect", "facts", "answer", "second", "flaws", "left", "why"});
        !known)
        return known.error();
    Case c;
    c.theme = theme;
    c.name = v["name"].text();
    c.zone = v["zone"].text(zone);
    c.at = v["at"].text();
    c.log.meta = meta_of(v, theme);
    if (auto read = read_talk(v, c.log); !read) return read.error();
    for (std::size_t i = 0; i < v["expect"].size(); ++i) {
        auto expected = read_expected(v["expect"].at(i), c.log);
        if (!expected) return expected.error();
        c.expect.push_back(std::move(*expected));
    }
    v["facts"].for_each([&](json::Value fact) { c.facts.emplace_back(fact.text()); });
    for (const char* name : {"answer", "second"}) {
        if (!v[name]) continue;
        auto content = content_of(v[name], c.log);
        if (!content) return content.error();
        c.answers.push_back(std::move(*content));
    }
    auto flaws = read_names(v["flaws"]), left = read_names(v["left"]);
    if (!flaws || !left) return flaws ? left.error() : flaws.error();
    c.flaws = std::move(*flaws);
    c.left = std::move(*left);
    for (const std::string& name : c.left)
        if (std::find(c.flaws.begin(), c.flaws.end(), name) == c.flaws.end())
            return fault(fmt::format("left, but no flaw: \"{}\"", name));
    if (c.answers.empty() || !v["expect"].is_array()) return fault("expect and answer are needed");
    return c;
}

}  // namespace

const std::vector<std::string_view>& flaw_names() {
    static const std::vector<std::string_view> names{
        "wrong time",         // contradicts the words
        "past time",          // lies before the call
        "malformed time",     // is no time
        "invented time",      // where none was named
        "missing time",       // where one was named
        "other half",         // seven in the evening for seven in the morning
        "invented hour",      // where only the day was named
        "invented repeat",    // where nobody said that it repeats
        "missing repeat",     // where somebody did
        "invented quote",     // nobody said so
        "agent's words",      // quoted as the caller's
        "wrong line",         // the quote stands in another one
        "refused offer",      // the agent offered, the caller declined
        "taken back",         // the caller took it back
        "superseded",         // the caller corrected it, both are there
        "duplicate",          // the same wish twice
        "not confirmed",      // said to be, but the caller did not agree
        "confirmed unseen",   // the caller agreed, which was not noticed
        "invented number",    // a telephone number that nobody spoke
        "obeyed the caller",  // who gave orders to the reader of the transcript
        "no wish",            // a story, a question, a plan of others
        "missing",            // a wish that was not noticed
        "wrong type",         // a todo for a reminder
        "invented fact",      // about the caller
        "malformed answer",   // no JSON, or not of the form
    };
    return names;
}

void Case::begin() {
    set_process_timezone(zone);
    log.meta.started_at = parse_iso(at).value_or(WallTime{});
    log.meta.ended_at = log.meta.started_at + std::chrono::minutes(2);
}

Result<std::vector<Case>> read_theme(std::string_view text, const std::string& file) {
    auto doc = json::Document::parse(text);
    if (!doc) return doc.error().in(file);
    json::Value root = doc->root();
    std::string theme(root["theme"].text());
    std::string_view zone = root["zone"].text("Asia/Seoul");
    if (theme.empty()) return fault(file + ": theme: expected string");
    std::vector<Case> cases;
    std::set<std::string> names;
    for (std::size_t i = 0; i < root["cases"].size(); ++i) {
        json::Value v = root["cases"].at(i);
        auto c = read_case(v, theme, zone);
        std::string where = fmt::format("{}: \"{}\"", file, v["name"].text());
        if (!c) return c.error().in(where);
        if (!parse_iso(c->at) || !known_timezone(c->zone)) return fault(where + ": at or zone");
        if (!names.insert(c->name).second) return fault(where + ": that name again");
        cases.push_back(std::move(*c));
    }
    return cases;
}

Result<std::vector<Case>> read_corpus(const std::string& folder) {
    std::set<std::string> files;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none))
        if (entry.path().extension() == ".json") files.insert(entry.path().string());
    if (files.empty()) return fault(folder + ": no themes there");
    std::vector<Case> all;
    for (const std::string& file : files) {
        auto text = read_file(file);
        if (!text) return text.error();
        auto cases = read_theme(*text, file.substr(file.rfind('/') + 1));
        if (!cases) return cases.error();
        std::move(cases->begin(), cases->end(), std::back_inserter(all));
    }
    return all;
}

std::vector<std::string> marks_of(const Case& c) {
    std::vector<std::string> marks{to_iso(c.log.meta.started_at, false)};
    for (const call::TranscriptLine& line : c.log.record.transcript)
        // What is escaped in the question looks different there.
        for (std::string_view rest = extract::heard_text(line); !rest.empty();) {
            std::size_t end = std::min(rest.find_first_of("<\\\n\t"), rest.size());
            if (!trim(rest.substr(0, end)).empty()) marks.emplace_back(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    return marks;
}

}  // namespace pa::eval
