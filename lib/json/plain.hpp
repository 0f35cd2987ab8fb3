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
    // Of the bytes that are not plain a bit each, and behind them one more.
    const auto odd = [](const char* bytes) {
        const __m128i s = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
        __m128i found = _mm_cmplt_epi8(s, _mm_set1_epi8(0x20));
        for (const char c : {'"', '\\', '\x7F'})
            found = _mm_or_si128(found, _mm_cmpeq_epi8(s, _mm_set1_epi8(c)));
        return static_cast<unsigned>(_mm_movemask_epi8(found));
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
