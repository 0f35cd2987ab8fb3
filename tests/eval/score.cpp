#include "eval/score.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.hpp"
#include "extract/answer.hpp"
#include "sim/recorded_answers.hpp"

namespace pa::eval {
namespace {

using namespace std::chrono_literals;

/// Each word, or one of its alternatives, stands in the text.
bool has_words(const std::string& text, const std::string& words) {
    std::string letters = sim::bare(text);
    for (std::string_view word : split(words, ' ')) {
        auto choices = split(word, '|');
        if (std::none_of(choices.begin(), choices.end(), [&](std::string_view choice) {
                return letters.find(sim::bare(choice)) != std::string::npos;
            }))
            return false;
    }
    return true;
}

bool time_right(const Expected& e, const Found& f) {
    if (e.repeat != f.repeat) return false;
    if (e.due.empty() || !f.due) return e.due.empty() && !f.due;
    bool day = e.due.size() == 10;
    WallTime due = *parse_iso(day ? e.due + "T00:00" : e.due);
    if (!e.approximate) return *f.due == due && f.all_day == day;
    return !f.all_day && *f.due >= due - 2h && *f.due <= due + 2h;
}

bool line_right(const Expected& e, const Found& f) {
    return std::any_of(e.lines.begin(), e.lines.end(),
                       [&](std::size_t line) { return static_cast<std::int64_t>(line) == f.line; });
}

/// 0: another wish.
int likeness(const Expected& e, const Found& f) {
    if (e.type != f.type || !has_words(f.title + " " + f.quote, e.title)) return 0;
    return 1 + (has_words(f.title, e.title) ? 8 : 0) + (time_right(e, f) ? 4 : 0) +
           (line_right(e, f) ? 2 : 0);
}

std::string told(const Found& f) {
    std::string due = f.due ? to_iso(*f.due, false).substr(0, f.all_day ? 10 : 16) : "no time";
    return fmt::format("{} \"{}\" ({}{}{}{}, line {}: \"{}\")", f.type, f.title, due,
                       f.repeat.empty() ? "" : ", ", f.repeat, f.confirmed ? ", confirmed" : "",
                       f.line, f.quote);
}

std::string told(const Expected& e) {
    return fmt::format("{} \"{}\" ({}{}{}{})", e.type, e.title,
                       e.due.empty() ? "no time" : e.due.c_str(), e.repeat.empty() ? "" : ", ",
                       e.repeat, e.confirmed ? ", confirmed" : "");
}

void compare(const Expected& e, const Found& f, Score& s, std::vector<std::string>& differences) {
    auto check = [&](bool right, const char* what) {
        if (!right)
            differences.push_back(fmt::format("{}: {} instead of {}", what, told(f), told(e)));
        return right ? 1 : 0;
    };
    ++s.right;
    s.time += check(time_right(e, f), "time");
    s.confirmed += check(e.confirmed == f.confirmed, "confirmed");
    s.quoted += check(line_right(e, f), "line");
    if (!e.phone.empty()) (void)check(e.phone == f.phone, "phone");
}

void compare_facts(const Case& c, const Finding& finding, std::vector<std::string>& differences) {
    for (std::size_t i = 0; i < std::max(c.facts.size(), finding.facts.size()); ++i) {
        if (i >= finding.facts.size())
            differences.push_back("missing fact: " + c.facts[i]);
        else if (i >= c.facts.size())
            differences.push_back("no fact: " + finding.facts[i]);
        else if (!has_words(finding.facts[i], c.facts[i]))
            differences.push_back(
                fmt::format("fact: {} instead of {}", finding.facts[i], c.facts[i]));
    }
}

}  // namespace

Finding as_answered(const std::string& content, const Case& c) {
    Finding finding;
    auto answer = extract::read_answer(content);
    if (!answer) return finding;
    for (const extract::ProposedRequest& p : answer->requests) {
        bool day = p.due.size() == 10;
        auto due = parse_iso(day ? p.due + "T00:00" : p.due);
        finding.requests.push_back({c.log.meta.owner ? p.type : "todo", p.title, p.quote, p.line,
                                    due, day, false, p.confirmed, p.repeat, p.phone});
    }
    for (const auto& fact : answer->facts) finding.facts.push_back(fact.text);
    return finding;
}

Finding after_checks(const extract::Judgement& judgement) {
    Finding finding;
    for (const store::Request& q : judgement.requests)
        finding.requests.push_back({q.type, q.title, q.quote, static_cast<std::int64_t>(q.line),
                                    q.due_at, q.all_day, q.approximate, q.confirmed, q.repeat,
                                    q.phone});
    for (const store::Fact& fact : judgement.facts) finding.facts.push_back(fact.text);
    return finding;
}

Score& Score::operator+=(const Score& o) {
    cases += o.cases, whole += o.whole, wanted += o.wanted, found += o.found, right += o.right;
    time += o.time, confirmed += o.confirmed, quoted += o.quoted;
    return *this;
}

Score score(const Case& c, const Finding& finding, std::vector<std::string>& differences) {
    Score s;
    s.cases = 1;
    s.wanted = static_cast<int>(c.expect.size());
    s.found = static_cast<int>(finding.requests.size());
    std::vector<std::tuple<int, std::size_t, std::size_t>> pairs;
    for (std::size_t e = 0; e < c.expect.size(); ++e)
        for (std::size_t f = 0; f < finding.requests.size(); ++f)
            if (int like = likeness(c.expect[e], finding.requests[f]); like > 0)
                pairs.emplace_back(-like, e, f);  // the likeliest first
    std::sort(pairs.begin(), pairs.end());
    std::vector<bool> met(c.expect.size()), used(finding.requests.size());
    for (auto [unlike, e, f] : pairs) {
        if (met[e] || used[f]) continue;
        met[e] = used[f] = true;
        compare(c.expect[e], finding.requests[f], s, differences);
    }
    for (std::size_t e = 0; e < met.size(); ++e)
        if (!met[e]) differences.push_back("missing: " + told(c.expect[e]));
    for (std::size_t f = 0; f < used.size(); ++f)
        if (!used[f]) differences.push_back("not wanted: " + told(finding.requests[f]));
    compare_facts(c, finding, differences);
    s.whole = differences.empty() ? 1 : 0;
    return s;
}

}  // namespace pa::eval
