// Calls that people could have made, with what is to be found in them:
// tests/data/extraction/*.json.
//
// A file is a theme:
//     {"theme": "corrections", "about": "one sentence", "zone": "Asia/Seoul", "cases": [
//       {"name": "eight, not seven", "at": "2026-02-28T23:49:32",
//        "talk": ["a: 안녕, 나야.", "c: 내일 일곱 시, 아니다 여덟 시에 깨워 줘."],
//        "expect": [{"type": "reminder", "title": "깨우|기상|모닝콜", "due": "2026-03-01T08:00",
//        "line": 1}], "answer": [{"line": 1, "type": "reminder", "title": "기상", "due":
//        "2026-03-01T07:00"}], "flaws": ["wrong time"]}]}
//
// talk     "a: " the agent, "c: " the caller; a line every four seconds, or at "c@95: " so many
//          seconds after the start. "a: was heard // was not": the agent was interrupted there.
// at       the start, local time in `zone`. Also: "owner": false, "direction": "inbound" and
//          "functions": [{"name", "arguments", "result"}].
// expect   `title`: words of which one stands in the title; a blank parts words that must all be
//          there. `due`: exactly that minute, a date alone where only the day was named, left out
//          for none; with "approximate" within two hours of it. `line`: where it is said, or a list
//          of lines that will do. `confirmed` is false unless said.
// facts    of each kept fact, in order, words as in `title`; [] unless said.
// answer   what a model answered to the first question, "second" to the second one: a list of
//          requests, an object with requests, facts and summary, or a text as it came. What a
//          request leaves out is null or false, and its quote the whole line.
// flaws    what is wrong with the answer (flaw_names()). left: those of them that our checks cannot
//          see or mend, so that the result is not what was expected either.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/call_log.hpp"

namespace pa::eval {

struct Expected {
    std::string type, title;
    std::string due;  // "2026-03-01T08:00", "2026-03-01" or ""
    bool approximate = false;
    std::string repeat, phone;
    bool confirmed = false;
    std::vector<std::size_t> lines;
};

struct Case {
    std::string theme, name, zone, at;
    store::CallLog log;  // but for started_at: see begin()
    std::vector<Expected> expect;
    std::vector<std::string> facts;
    std::vector<std::string> answers;  // contents of completions
    std::vector<std::string> flaws, left;

    /// Sets the process's zone and the start of the call in it.
    void begin();
};

/// All themes in order of their names. Errc::data names file, case and fault.
[[nodiscard]] Result<std::vector<Case>> read_corpus(const std::string& folder);
[[nodiscard]] Result<std::vector<Case>> read_theme(std::string_view json, const std::string& file);
[[nodiscard]] const std::vector<std::string_view>& flaw_names();

/// The words by which a question about that call is known (sim/recorded_answers.hpp). After
/// begin().
[[nodiscard]] std::vector<std::string> marks_of(const Case& c);

}  // namespace pa::eval
