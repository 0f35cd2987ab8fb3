// What the caller agreed to, declined or took back, as far as words tell. Where they do not, the
// model's word stands. Private to this folder.
#pragma once

#include <string>
#include <string_view>

#include "store/call_log.hpp"
#include "store/request.hpp"

namespace pa::extract {

/// The words begin with a yes, or a no, in Korean or English.
[[nodiscard]] bool agrees(std::string_view words);
[[nodiscard]] bool denies(std::string_view words);

/// The words put right what was said before: "아니다 여덟 시로", "make it eight".
[[nodiscard]] bool corrects(std::string_view words);

/// The words ask for nothing: a refusal ("아니 괜찮아"), what need not be done ("우유는 안 사도
/// 돼"), what is called off ("회의 취소됐어"). `title`: of the request that is said to be in them.
[[nodiscard]] bool wants_nothing(std::string_view words, std::string_view title);

/// A yes to an agent that was not heard to speak of it.
[[nodiscard]] bool agrees_to_nothing(const store::Request& q, const store::CallLog& log);

/// The caller said later that it need not be done; `position`: of the quote in its line, `last`: no
/// other request comes after it. Only words that speak of this wish, of all, or of none in
/// particular count: "아침밥은 안 차려도 돼" takes no call back.
[[nodiscard]] bool taken_back(const store::Request& q, std::size_t position, bool last,
                              const store::CallLog& log);

/// The agent said it and the caller did not say no to that: if the model `claimed` so, or if the
/// agent asked with the same time (or thing) and the caller began with a yes. A yes that names a
/// time of its own confirms nothing.
[[nodiscard]] bool is_confirmed(const store::Request& q, bool claimed, const store::CallLog& log);

/// Two titles are about the same thing: a word in common, or both about waking up.
[[nodiscard]] bool same_topic(std::string_view a, std::string_view b);

/// The first line of that side after `line` in which something was heard; npos if there is none.
inline constexpr std::size_t no_line = static_cast<std::size_t>(-1);
[[nodiscard]] std::size_t said_after(std::size_t line, call::TranscriptLine::Role who,
                                     const store::CallLog& log);

}  // namespace pa::extract
