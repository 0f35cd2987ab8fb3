// What of the model's answer holds: each request must rest on words the caller said, each time on
// words of time, each number on digits that were spoken.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "extract/answer.hpp"
#include "store/call_log.hpp"
#include "store/ledger.hpp"

namespace pa::extract {

struct Judgement {
    std::vector<store::Request> requests;  // in the order of the conversation
    std::vector<std::string> summary;
    std::vector<store::Fact> facts;    // of calls with the owner only
    std::vector<std::string> dropped;  // sentences: what was claimed and is not there
};

/// The rules:
///  - The quote must stand in the caller line it names, or else in another caller line; blanks and
///    punctuation do not count. If it stands nowhere the request is dropped.
///  - The id comes from the call, the type, the line and the place among the requests of that
///    type in that line.
///  - `due_at` must agree with the words (due.hpp). If it contradicts them, lies before the call
///    or is malformed, the reading of the words takes its place, and a note says so; where the
///    words name no time there is none. A time that no line of the call supports is kept with a
///    note and little confidence, and dropped of a todo.
///  - Words that ask for nothing and a wish that the caller takes back are dropped; of a wish
///    and its correction the correction stays, of the same wish twice the first.
///  - `confirmed` needs a yes, or at least no "no", to what the agent read back (consent.hpp).
///  - A request of anybody but the owner is a todo for the owner, with the number of that call.
///  - A number that was not spoken is dropped; a call back goes to the number of the call.
///  - `fulfilled` if a function of the call carries the same wish.
[[nodiscard]] Judgement judge(const Answer& answer, const store::CallLog& log);

/// Where `quote` stands in `text`, without regard to blanks, punctuation and letter case; the words
/// as they stand there, or "".
[[nodiscard]] std::string find_quote(std::string_view text, std::string_view quote,
                                     std::size_t* position = nullptr);

/// The digits of a text, spoken ones too ("공일공", "zero one").
[[nodiscard]] std::string spoken_digits(std::string_view text);

}  // namespace pa::extract
