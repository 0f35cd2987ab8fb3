#include "act/ask.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "base/text.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"

namespace pa::act {
namespace {

constexpr std::string_view schema = "phone-agent/ask/1";

std::string question_line(const Question& q) {
    json::Writer w;
    w.start().object().member("schema", schema).member("request_id", q.request_id);
    w.member("type", q.type).member("title", q.title).member("quote", q.quote);
    return w.member("call_sid", q.call_sid).member("why", q.why).end().str();
}

std::string closing_line(std::string_view id) {
    json::Writer w;
    w.start().object().member("schema", schema).member("request_id", id);
    return w.member("asked", true).end().str();
}

Question question_of(json::Value v) {
    auto text = [&](std::string_view name) { return std::string(v[name].text()); };
    return {text("request_id"), text("type"),     text("title"),
            text("quote"),      text("call_sid"), text("why")};
}

}  // namespace

AskList::AskList(std::string spool) : spool_(std::move(spool)) {}

Result<std::vector<AskList::Entry>> AskList::read() const {
    std::vector<Entry> entries;
    if (!file_exists(path())) return entries;
    auto text = read_file(path());
    if (!text) return text.error();
    for (std::string_view line : split(*text, '\n')) {
        auto document = json::Document::parse(line);
        if (!document || document->root()["schema"].text() != schema) continue;
        Question q = question_of(document->root());
        auto same = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) {
            return e.question.request_id == q.request_id;
        });
        bool asked = document->root()["asked"].boolean();
        if (same == entries.end())
            entries.push_back({std::move(q), !asked});
        else if (asked)
            same->open = false;
    }
    return entries;
}

Result<bool> AskList::add(const Question& question) {
    if (Status made = make_directory(spool_); !made) return made.error();
    auto lock = FileLock::acquire(spool_ + "/ask.lock");
    if (!lock) return lock.error();
    auto entries = read();
    if (!entries) return entries.error();
    for (const Entry& e : *entries)
        if (e.question.request_id == question.request_id) return false;
    if (Status added = append_line(path(), question_line(question)); !added) return added.error();
    return true;
}

Result<std::vector<Question>> AskList::open() const {
    auto entries = read();
    if (!entries) return entries.error();
    std::vector<Question> open;
    for (Entry& e : *entries)
        if (e.open) open.push_back(std::move(e.question));
    return open;
}

Result<bool> AskList::close(std::string_view request_id) {
    auto questions = open();
    if (!questions) return questions.error();
    for (const Question& q : *questions)
        if (q.request_id == request_id) {
            auto lock = FileLock::acquire(spool_ + "/ask.lock");
            if (!lock) return lock.error();
            if (Status added = append_line(path(), closing_line(request_id)); !added)
                return added.error();
            return true;
        }
    return false;
}

}  // namespace pa::act
