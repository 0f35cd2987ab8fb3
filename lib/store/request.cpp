#include "store/request.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "store/facts.hpp"

namespace pa::store {
namespace {

constexpr std::string_view schema = "phone-agent/request/1";

/// null where there is nothing to say: consumers test one thing, not two.
void text_or_null(json::Writer& w, std::string_view name, const std::string& text) {
    w.key(name);
    if (text.empty())
        w.null();
    else
        w.value(text);
}

void read_members(FieldReader& r, Request& q) {
    r.text("id", q.id);
    r.text("call_sid", q.call_sid);
    r.text("type", q.type);
    r.text("title", q.title);
    r.text("quote", q.quote);
    std::int64_t line = 0;
    r.count("line", line);
    q.line = static_cast<std::size_t>(line);
    WallTime due{};
    r.time("due_at", due);
    if (due != WallTime{}) q.due_at = due;
    r.flag("all_day", q.all_day);
    r.flag("approximate", q.approximate);
    r.text("repeat", q.repeat);
    r.text("phone", q.phone);
    r.flag("by_owner", q.by_owner);
    r.flag("confirmed", q.confirmed);
    r.flag("promised", q.promised);
    r.flag("fulfilled", q.fulfilled);
    r.amount("confidence", q.confidence);
    r.text("note", q.note);
}

}  // namespace

std::string request_id(std::string_view call_sid, std::string_view type, std::size_t line,
                       std::size_t ordinal) {
    return hex(sha256(fmt::format("{}\n{}\n{}\n{}", call_sid, type, line, ordinal))).substr(0, 16);
}

bool is_request_type(std::string_view type) {
    return !type.empty() && type.size() <= 32 && std::all_of(type.begin(), type.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || c == '_';
    });
}

void write_request(json::Writer& w, const Request& q) {
    w.object().member("schema", schema).member("id", q.id).member("call_sid", q.call_sid);
    w.member("type", q.type)
        .member("title", q.title)
        .member("quote", q.quote)
        .member("line", q.line);
    text_or_null(w, "due_at", q.due_at ? to_iso(*q.due_at, false) : "");
    if (q.all_day) w.member("all_day", true);
    if (q.approximate) w.member("approximate", true);
    text_or_null(w, "repeat", q.repeat);
    text_or_null(w, "phone", q.phone);
    w.member("by_owner", q.by_owner).member("confirmed", q.confirmed);
    w.member("promised", q.promised).member("fulfilled", q.fulfilled);
    w.member("confidence", q.confidence);
    if (!q.note.empty()) w.member("note", q.note);
    w.end();
}

std::string write_request(const Request& request) {
    json::Writer w;
    write_request(w.start(), request);
    return w.str();
}

Result<Request> read_request(json::Value object, const std::string& path) {
    FieldReader r(object, path);
    if (object.is_object() && object["schema"].text() != schema)
        r.fail("schema", std::string(schema));
    Request q;
    read_members(r, q);
    if (q.id.empty() || q.id.size() > 64 || !std::all_of(q.id.begin(), q.id.end(), is_ascii_alnum))
        r.fail("id", "letters and digits");
    if (!is_request_type(q.type)) r.fail("type", "reminder, todo, calendar or call_back");
    if (q.confidence > 1) r.fail("confidence", "0 to 1");
    if (Status s = r.status(); !s) return s.error();
    return q;
}

Result<Request> read_request(std::string_view text) {
    auto document = json::Document::parse(text);
    if (!document) return document.error();
    return read_request(document->root(), "");
}

}  // namespace pa::store
