// What stands in a JSON string as it is. Private to this folder.
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <bit>
#include <cstddef>
#include <string_view>

namespace pa::json {

/// ASCII without control characters, quotes and backslashes. (As signed bytes all but ASCII is
/// below the blank.)
constexpr bool plain_character(char c) {
    return static_cast<signed char>(c) >= 0x20 && c != '"' && c != '\\' && c != 0x7F;
}

// Sixteen at a time, for each frame of audio passes here.
constexpr std::size_t plain_piece = 16;  // [bytes]

#ifdef __SSE2__
/// A bit for each of the piece that is not plain.
inline unsigned not_plain(const char* piece) {
    const __m128i s = _mm_loadu_si128(reinterpret_cast<const __m128i*>(piece));
    const __m128i outside = _mm_or_si128(_mm_cmplt_epi8(s, _mm_set1_epi8(0x20)),
                                         _mm_cmpeq_epi8(s, _mm_set1_epi8(0x7F)));
    const __m128i special =
        _mm_or_si128(_mm_cmpeq_epi8(s, _mm_set1_epi8('"')), _mm_cmpeq_epi8(s, _mm_set1_epi8('\\')));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(outside, special)));
}
#else
inline unsigned not_plain(const char* piece) {
    unsigned out = 0;
    for (std::size_t i = 0; i < plain_piece; ++i) out |= plain_character(piece[i]) ? 0U : 1U << i;
    return out;
}
#endif

/// Where the plain characters end that `text` begins with. There is one that is not (a zero is
/// none), and a piece can be read from there.
inline const char* plain_end(const char* text) {
    for (;; text += plain_piece)
        if (const unsigned found = not_plain(text); found != 0)
            return text + std::countr_zero(found);
}

/// Nothing but plain characters.
inline bool all_plain(std::string_view text) {
    if (text.size() < plain_piece) return std::all_of(text.begin(), text.end(), plain_character);
    const char* const last = text.data() + text.size() - plain_piece;
    for (const char* at = text.data(); at < last; at += plain_piece)
        if (not_plain(at) != 0) return false;
    return not_plain(last) == 0;
}

}  // namespace pa::json
