#include "act/functions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "act/calendar.hpp"
#include "act/memory.hpp"
#include "act/schedule.hpp"
#include "act/spool.hpp"
#include "act/todo.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"

namespace pa::act {
namespace {

using Arguments = json::Value;
constexpr std::size_t most_lines = 30;  // that a voice can read out is far less

std::string spool_of(const FunctionContext& c) { return c.settings.directory + "/spool"; }

/// The id of what this wish does, unlike any request's; a wish without an id is one of its own.
std::string id_of(const FunctionContext& c, std::string_view function) {
    std::string wish = c.call_id.empty() ? random_bytes(16) : c.call_id;
    return "fn" + hex(sha256(fmt::format("{}\n{}", function, wish))).substr(0, 14);
}

Result<std::string> failed(std::string_view why) {
    json::Writer w;
    w.start().object().member("error", why).end();
    return w.str();
}

Result<std::string> now(const FunctionContext& c, Arguments) {
    constexpr std::array<const char*, 7> days{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                              "Thursday", "Friday", "Saturday"};
    json::Writer w;
    w.start().object().member("now", to_iso(c.now, false));
    w.member("weekday", days[static_cast<std::size_t>(to_civil(c.now).weekday) % 7]);
    return w.member("timezone", c.settings.timezone).end().str();
}

void write_open(json::Writer& w, const std::vector<TodoItem>& items) {
    std::size_t left = most_lines;
    w.key("open").array();
    for (const TodoItem& item : items)
        if (!item.done && left > 0) w.value(item.text), --left;
    w.end();
}

Result<std::string> todo_list(const FunctionContext& c, Arguments) {
    auto items = TodoList(c.settings.workspace_dir, spool_of(c)).read();
    if (!items) return items.error();
    json::Writer w;
    write_open(w.start().object(), *items);
    return w.end().str();
}

Result<std::string> todo_add(const FunctionContext& c, Arguments a) {
    std::string_view text = trim(a["text"].text());
    if (text.empty()) return failed("text is missing");
    auto added = TodoList(c.settings.workspace_dir, spool_of(c)).add(text, id_of(c, "todo-add"));
    if (!added) return added.error();
    json::Writer w;
    w.start().object().member("ok", true).member("text", text);
    if (*added == TodoList::Added::same) w.member("note", "it was on the list already");
    return w.end().str();
}

Result<std::string> todo_done(const FunctionContext& c, Arguments a) {
    TodoList list(c.settings.workspace_dir, spool_of(c));
    auto ticked = list.tick(a["text"].text());
    if (!ticked) return ticked.error();
    json::Writer w;
    if (*ticked)
        return w.start().object().member("ok", true).member("done", (*ticked)->text).end().str();
    auto items = list.read();
    if (!items) return items.error();
    w.start().object().member("error", "no open item, or several, are meant by these words");
    write_open(w, *items);
    return w.end().str();
}

Result<std::string> calendar_next(const FunctionContext& c, Arguments a) {
    auto days = std::clamp<std::int64_t>(a["days"].integer(7), 1, 366);
    auto list =
        appointments(calendar_folder(c.settings), c.now, c.now + std::chrono::hours(24 * days));
    if (list.size() > most_lines) list.resize(most_lines);
    json::Writer w;
    w.start().object().member("days", days).key("events").array();
    for (const Appointment& e : list) {
        std::string at = show_time(e.at);
        if (e.all_day) at.replace(11, 5, "all day");
        w.object().member("at", at);
        if (!e.all_day) w.member("in_minutes", floor<std::chrono::minutes>(e.at - c.now).count());
        w.member("title", e.summary).end();
    }
    return w.end().end().str();
}

Result<std::string> remember(const FunctionContext& c, Arguments a) {
    std::string text(trim(a["text"].text()));
    if (text.empty()) return failed("text is missing");
    auto added = MemoryFile(c.settings.workspace_dir, spool_of(c), c.settings.language)
                     .add({c.now, {}, {text}});
    if (!added) return added.error();
    json::Writer w;
    w.start().object().member("ok", true);
    if (!*added) w.member("note", "it was remembered already");
    return w.end().str();
}

Result<std::string> call_me_later(const FunctionContext& c, Arguments a) {
    std::string about(trim(a["about"].text()));
    auto at = c.read_time(a["when"].text());
    if (!at)
        return failed(
            "when names no time to come: ask the person, and give RFC 3339 or words with a clock "
            "time");
    Job job;
    job.id = job.request_id = id_of(c, "call-me-later");
    job.type = "call_back";
    job.to = c.caller;
    job.title = std::string(utf8_prefix(about, 80));
    job.about = c.settings.language == "ko" ? "지난 통화에서 이때 전화해 달라고 했다: " + about
                                            : "A call at this time was asked for: " + about;
    job.due_at = job.run_at = *at;
    job.anchor = to_civil(*at);
    job.asked = true;
    auto added = Spool(c.settings.directory, "").add(job);
    if (!added) return added.error();
    json::Writer w;
    return w.start().object().member("ok", true).member("at", show_time(*at)).end().str();
}

struct Shipped {
    std::string_view name, description, properties, required;
    Result<std::string> (*run)(const FunctionContext&, Arguments);
};

constexpr Shipped table[] = {
    {"now", "The time and the day of the week, where the person is.", "{}", "[]", now},
    {"todo-list", "What is open on the person's to-do list.", "{}", "[]", todo_list},
    {"todo-add",
     "Put one thing on the person's to-do list. Only when they want it there; say that it is done "
     "only after this has answered.",
     R"({"text":{"type":"string","description":"The thing to do, in the person's language, without date words"}})",
     R"(["text"])", todo_add},
    {"todo-done", "Tick one thing on the to-do list that the person says is done.",
     R"({"text":{"type":"string","description":"The item, in the words of the list"}})",
     R"(["text"])", todo_done},
    {"calendar-next", "What is in the person's calendar from now on.",
     R"({"days":{"type":"integer","minimum":1,"maximum":366,"description":"How many days ahead; 7 unless asked for more"}})",
     "[]", calendar_next},
    {"remember",
     "Keep a fact about the person for later calls. Only what they told you themselves and want "
     "kept.",
     R"({"text":{"type":"string","description":"One sentence, in the person's language"}})",
     R"(["text"])", remember},
    {"call-me-later",
     "Call this person again at a time they named: a wake-up call, a reminder, a call back. Read "
     "the "
     "time back to them before.",
     R"({"when":{"type":"string","description":"RFC 3339 with offset, such as 2026-03-01T07:00:00+09:00, or the person's words, such as 내일 아침 7시"},"about":{"type":"string","description":"What that call is about"}})",
     R"(["when","about"])", call_me_later},
};

const Shipped* find(std::string_view name) {
    const auto* found = std::find_if(std::begin(table), std::end(table),
                                     [&](const Shipped& s) { return s.name == name; });
    return found == std::end(table) ? nullptr : found;
}

Error unknown(std::string_view name) {
    return {Errc::usage, fmt::format("{} is no function of ours", name)};
}

}  // namespace

const std::vector<std::string_view>& shipped_functions() {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> all;
        for (const Shipped& s : table) all.push_back(s.name);
        return all;
    }();
    return names;
}

Result<std::string> describe_function(std::string_view name) {
    const Shipped* f = find(name);
    if (f == nullptr) return unknown(name);
    json::Writer w;
    w.start().object().member("description", f->description).key("parameters").object();
    w.member("type", "object").key("properties").raw(f->properties);
    w.key("required").raw(f->required).member("additionalProperties", false);
    return w.end().end().str();
}

Result<std::string> call_function(std::string_view name, std::string_view arguments,
                                  const FunctionContext& context) {
    const Shipped* f = find(name);
    if (f == nullptr) return unknown(name);
    auto document = json::Document::parse(trim(arguments).empty() ? "{}" : arguments);
    if (!document) return document.error();
    if (!document->root().is_object()) return Error{Errc::data, "the arguments are no JSON object"};
    return f->run(context, document->root());
}

}  // namespace pa::act
