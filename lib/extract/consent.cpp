#include "extract/consent.hpp"

#include <algorithm>
#include <initializer_list>

#include "base/text.hpp"
#include "extract/due.hpp"
#include "extract/prompt.hpp"
#include "extract/topic.hpp"

namespace pa::extract {
namespace {

using Role = call::TranscriptLine::Role;
using Words = std::initializer_list<std::string_view>;

bool starts_with_any(std::string_view text, Words words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view w) { return text.starts_with(w); });
}

bool has_any(std::string_view text, Words words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view w) { return text.find(w) != std::string_view::npos; });
}

bool is_any(std::string_view word, Words words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string first_word(std::string_view text) {
    return std::string(text.substr(0, text.find_first_of(" .,!?~")));
}

bool ends_with_any(std::string_view text, Words words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view w) { return text.ends_with(w); });
}

/// "깨우지 마", but not "잊지 마".
bool forbids(std::string_view clause) {
    for (std::string_view stop : {"지 마", "지마", "지 않아도", "지 말아"})
        for (std::size_t at = clause.find(stop); at != std::string_view::npos;
             at = clause.find(stop, at + 1))
            if (!ends_with_any(clause.substr(0, at),
                               {"잊", "까먹", "빼먹", "놓치", "걱정하", "늦"}))
                return true;
    return false;
}

/// "안 사도 돼", "안 깨워도 되겠다".
bool excuses(std::string_view clause) {
    std::size_t no = clause.starts_with("안 ") ? 0 : clause.find(" 안 ");
    return no != std::string_view::npos &&
           has_any(clause.substr(no), {"도 돼", "도 되", "도 괜찮", "도돼"});
}

/// "우산은 됐고", "그냥 됐어", but not "준비 다 됐어".
bool waves_off(std::string_view clause) {
    if (starts_with_any(clause, {"됐어", "됐고", "됐다", "됐습", "됐네"})) return true;
    return has_any(clause, {"은 됐", "는 됐", "아니 됐", "아냐 됐", "아니야 됐", "아니다 됐",
                            "그냥 됐", "이제 됐"});
}

bool negative(std::string_view words, std::string_view title) {
    std::string clause = to_lower(words);
    if (forbids(clause) || excuses(clause) || waves_off(clause)) return true;
    if (has_any(clause, {"필요 없", "필요는 없", "필요없", "never mind", "nevermind", "forget it",
                         "forget about", "don't bother", "dont bother", "no need", "don't need",
                         "no thanks", "no thank", "don't call", "don't wake", "don't remind",
                         "scratch that", "called off"}))
        return true;
    bool about_cancelling = has_any(to_lower(title), {"취소", "cancel"});
    return !about_cancelling && has_any(clause, {"취소", "cancel"}) &&
           !has_any(clause, {"취소해야", "취소하라", "have to cancel", "need to cancel"});
}

bool asks(std::string_view words) {
    return has_any(words, {"?", "맞지", "맞죠", "맞나", "맞아요", "right", "correct"});
}

/// The agent's words carry the time of the request, or without one its topic.
bool reads_back(std::size_t line, const store::Request& q, const store::CallLog& log) {
    const auto& spoken = log.record.transcript[line];
    std::string_view words = heard_text(spoken);
    if (!asks(words)) return false;
    if (!q.due_at) return same_topic(words, q.title);
    Due due = read_due(words, log.meta.started_at + std::chrono::milliseconds(spoken.start_ms));
    return !due.possible.empty() && due.allows(*q.due_at);
}

bool speaks_of(std::string_view clause, const std::vector<std::string>& topics, bool& of_other) {
    bool of_this = false;
    for (const std::string& topic : topics_of(clause)) {
        bool known = std::find(topics.begin(), topics.end(), topic) != topics.end();
        of_this = of_this || known;
        of_other = of_other || !known;
    }
    return of_this;
}

}  // namespace

bool agrees(std::string_view words) {
    std::string text = to_lower(trim(words)), first = first_word(text);
    if (text.starts_with("네 시")) return false;  // four o'clock
    if (is_any(first,
               {"응",   "웅",     "어",    "네",   "예",    "응응",    "어어",    "네네",
                "예예", "그래",   "그럼",  "yes",  "yeah",  "yep",     "ok",      "okay",
                "sure", "please", "right", "fine", "great", "correct", "exactly", "perfect"}))
        return true;
    return starts_with_any(first,
                           {"그래요", "그러자", "그러세", "그러지", "그렇지", "그렇죠", "그렇게",
                            "그럽시", "그럼요", "좋아요", "좋지",   "좋습",   "맞아",   "맞습",
                            "맞지",   "맞죠",   "부탁",   "알았",   "알겠",   "오케이", "당연",
                            "물론",   "어맞",   "응맞",   "네맞"}) ||
           first == "좋아" || first == "좋네" || text.starts_with("that's right") ||
           text.starts_with("that would be");
}

bool denies(std::string_view words) {
    std::string text = to_lower(trim(words));
    return is_any(first_word(text), {"no", "nah", "nope", "not", "wait"}) ||
           starts_with_any(text, {"아니", "아냐", "아뇨", "틀렸", "그게 아니"});
}

bool corrects(std::string_view words) {
    std::string text = to_lower(words);
    if (has_any(text, {"에도", "도요", "also", "as well", " too"})) return false;  // one more
    return has_any(text, {"아니", "말고", "바꿔", "바꾸", "변경", "미뤄", "당겨", "no,", "actually",
                          "make it", "instead", "sorry", "change", "rather"});
}

bool wants_nothing(std::string_view words, std::string_view title) {
    auto clauses = clauses_of(words);
    if (clauses.empty()) return false;
    bool yes_or_no = denies(clauses.front()) || agrees(clauses.front());
    if (yes_or_no &&
        ends_with_any(clauses.back(), {"없어", "없어요", "없습니다", "없네", "nothing"}) &&
        topics_of(words).empty())
        return true;
    Due due = read_due(words, WallTime{});
    bool refuses =
        !due.clock_named && !due.day_named && denies(clauses.front()) &&
        !has_any(words, {"줘", "주세요", "부탁", "please", "make it"}) &&
        (clauses.size() == 1 || has_any(clauses[1], {"괜찮", "됐", "fine", "good", "thank"})) &&
        (topics_of(words).empty() || has_any(words, {"괜찮", "됐", "fine", "good", "thank"}));
    return refuses || negative(clauses.back(), title);
}

bool agrees_to_nothing(const store::Request& q, const store::CallLog& log) {
    const auto& lines = log.record.transcript;
    if (!agrees(q.quote) || utf8_length(q.quote) > 10 || q.line == 0) return false;
    const auto& before = lines[q.line - 1];
    if (before.role != Role::assistant || !before.interrupted) return false;
    Due heard = read_due(before.heard, log.meta.started_at);
    return heard.possible.empty() && !same_topic(before.heard, q.title);
}

bool taken_back(const store::Request& q, std::size_t position, bool last,
                const store::CallLog& log) {
    const auto& lines = log.record.transcript;
    std::vector<std::string> topics = topics_of(q.title + " " + q.quote);
    for (std::size_t i = q.line; i < lines.size(); ++i) {
        if (lines[i].role != Role::user) continue;
        std::string_view words = lines[i].text;
        if (i == q.line) words.remove_prefix(std::min(position + q.quote.size(), words.size()));
        for (std::string_view clause : clauses_of(words)) {
            if (!negative(clause, q.title)) continue;
            if (has_any(to_lower(clause),
                        {"둘 다", "전부", "모두", "다 취소", "both", "everything"}))
                return true;
            bool of_other = false, of_this = speaks_of(clause, topics, of_other);
            bool of_none = !of_this && !of_other && last && (i == q.line || !waves_off(clause));
            if ((of_this && !of_other) || of_none) return true;
        }
    }
    return false;
}

bool is_confirmed(const store::Request& q, bool claimed, const store::CallLog& log) {
    const auto& lines = log.record.transcript;
    if (agrees(q.quote) && q.line > 0 && lines[q.line - 1].role == Role::assistant) {
        Due own = read_due(q.quote, log.meta.started_at);
        if (own.possible.empty() && (claimed || reads_back(q.line - 1, q, log))) return true;
    }
    for (std::size_t said = said_after(q.line, Role::assistant, log); said != no_line;
         said = said_after(said, Role::assistant, log)) {
        std::size_t answer = said_after(said, Role::user, log);
        if (answer == no_line) return false;
        if (denies(lines[answer].text)) continue;
        if (claimed || (agrees(lines[answer].text) && reads_back(said, q, log))) return true;
    }
    return false;
}

bool same_topic(std::string_view a, std::string_view b) {
    auto theirs = topics_of(b);
    for (const std::string& topic : topics_of(a))
        if (std::find(theirs.begin(), theirs.end(), topic) != theirs.end()) return true;
    return false;
}

std::size_t said_after(std::size_t line, Role who, const store::CallLog& log) {
    const auto& lines = log.record.transcript;
    for (std::size_t i = line + 1; i < lines.size(); ++i)
        if (lines[i].role == who && !trim(heard_text(lines[i])).empty()) return i;
    return no_line;
}

}  // namespace pa::extract
