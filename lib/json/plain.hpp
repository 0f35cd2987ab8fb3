// What stands in a JSON string as it is. Private to this folder.
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <bit>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace pa::json {

/// ASCII without control characters, quotes and backslashes. (As signed bytes all but ASCII is
/// below the blank.)
constexpr bool plain_character(char c) {
    return static_cast<signed char>(c) >= 0x20 && c != '"' && c != '\\' && c != 0x7F;
}

/// How many plain characters `text` begins with; sixteen at a time, for each frame of audio passes
/// here.
inline std::size_t plain_run(std::string_view text) {
    std::size_t at = 0;
#ifdef __SSE2__
    const __m128i blank = _mm_set1_epi8(0x20), quote = _mm_set1_epi8('"'),
                  backslash = _mm_set1_epi8('\\'), rubout = _mm_set1_epi8(0x7F);
    const auto odd = [=](const char* bytes) {  // a bit for each that is not plain
        const __m128i s = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
        const __m128i outside = _mm_or_si128(_mm_cmplt_epi8(s, blank), _mm_cmpeq_epi8(s, rubout));
        const __m128i special =
            _mm_or_si128(_mm_cmpeq_epi8(s, quote), _mm_cmpeq_epi8(s, backslash));
        return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(outside, special)));
    };
    for (; text.size() - at >= sizeof(__m128i); at += sizeof(__m128i))
        if (const unsigned found = odd(text.data() + at); found != 0)
            return at + static_cast<std::size_t>(std::countr_zero(found));
    char rest[sizeof(__m128i)] = {};  // a zero is not plain
    std::memcpy(rest, text.data() + at, text.size() - at);
    return at + static_cast<std::size_t>(std::countr_zero(odd(rest)));
#else
    while (at < text.size() && plain_character(text[at])) ++at;
    return at;
#endif
}

}  // namespace pa::json
