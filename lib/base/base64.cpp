#include "base/base64.hpp"

#ifdef __x86_64__
#include <tmmintrin.h>
#endif

#include <array>
#include <cstdint>
#include <cstring>

namespace pa {
namespace {

const unsigned char* bytes(std::string_view s) {
    return reinterpret_cast<const unsigned char*>(s.data());
}

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Of twelve bits their two characters. (OpenSSL's encoder takes twice as long.)
constexpr auto pairs = [] {
    std::array<std::array<char, 2>, 4096> out{};
    for (std::size_t bits = 0; bits < out.size(); ++bits)
        out[bits] = {alphabet[bits >> 6U], alphabet[bits & 63U]};
    return out;
}();

/// Of each character its six bits; none has the bit `bad`.
constexpr std::uint8_t bad = 0x80;
constexpr auto sixes = [] {
    std::array<std::uint8_t, 256> out{};
    out.fill(bad);
    std::uint8_t value = 0;
    for (const char c : alphabet) out[static_cast<unsigned char>(c)] = value++;
    return out;
}();

#ifdef __x86_64__
/// Sixteen characters into twelve bytes at a time, as long as there are so many and they are of the
/// alphabet: less than half of the instructions that the table takes. Returns how many characters
/// are done. (SSSE3 is not in what Debian takes for granted, but in what it runs on.)
__attribute__((target("ssse3"))) std::size_t decode_pieces(const unsigned char* from,
                                                           std::size_t size, char* out) {
    // By the upper half of a character: the first and the last with it that are of the alphabet,
    // and what makes them their value. There are two with 2, '+' and '/', whose place is 1.
    constexpr char none = 0x7F;
    const __m128i first = _mm_setr_epi8(none, '/', '+', '0', 'A', 'P', 'a', 'p', none, none, none,
                                        none, none, none, none, none);
    const __m128i last =
        _mm_setr_epi8(0, '/', '+', '9', 'O', 'Z', 'o', 'z', 0, 0, 0, 0, 0, 0, 0, 0);
    const __m128i to_value = _mm_setr_epi8(0, 63 - '/', 62 - '+', 52 - '0', -'A', -'A', 26 - 'a',
                                           26 - 'a', 0, 0, 0, 0, 0, 0, 0, 0);
    // Of each four bytes the three that are left of them, the other way round.
    const __m128i in_order = _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
    std::size_t done = 0;
    for (; size - done >= 16; done += 16, out += 12) {
        const __m128i c = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + done));
        const __m128i upper = _mm_and_si128(_mm_srli_epi32(c, 4), _mm_set1_epi8(0x0F));
        const __m128i place = _mm_add_epi8(upper, _mm_cmpeq_epi8(c, _mm_set1_epi8('/')));
        const __m128i strange = _mm_or_si128(_mm_cmplt_epi8(c, _mm_shuffle_epi8(first, place)),
                                             _mm_cmpgt_epi8(c, _mm_shuffle_epi8(last, place)));
        if (_mm_movemask_epi8(strange) != 0) break;
        const __m128i six = _mm_add_epi8(c, _mm_shuffle_epi8(to_value, place));
        const __m128i twelve = _mm_maddubs_epi16(six, _mm_set1_epi16(0x0140));      // a * 64 + b
        const __m128i group = _mm_madd_epi16(twelve, _mm_set1_epi32(0x0001'1000));  // * 4096 +
        const __m128i packed = _mm_shuffle_epi8(group, in_order);
        _mm_storel_epi64(reinterpret_cast<__m128i*>(out), packed);
        const int rest = _mm_cvtsi128_si32(_mm_srli_si128(packed, 8));
        std::memcpy(out + 8, &rest, sizeof rest);
    }
    return done;
}
#endif

}  // namespace

std::size_t base64_encode_into(std::string_view in, char* out) {
    const unsigned char* from = bytes(in);
    const char* const begin = out;
    auto put = [&](std::uint32_t group) {
        std::memcpy(out, pairs[group >> 12U].data(), 2);
        std::memcpy(out + 2, pairs[group & 4095U].data(), 2);
        out += 4;
    };
    std::size_t left = in.size();
    for (; left >= 3; left -= 3, from += 3)
        put(std::uint32_t{from[0]} << 16U | std::uint32_t{from[1]} << 8U | from[2]);
    if (left > 0) {
        put(std::uint32_t{from[0]} << 16U | (left == 2 ? std::uint32_t{from[1]} << 8U : 0));
        out[-1] = '=';
        if (left == 1) out[-2] = '=';
    }
    return static_cast<std::size_t>(out - begin);
}

std::string base64_encode(std::string_view in) {
    std::string out(4 * ((in.size() + 2) / 3), '\0');
    base64_encode_into(in, out.data());
    return out;
}

bool base64_decode_into(std::string_view text, char* out) {
    if (text.size() % 4 != 0) return false;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    const unsigned char* from = bytes(text);
    const unsigned char* const end = from + text.size() - (padding != 0 ? 4 : 0);
#ifdef __x86_64__
    if (__builtin_cpu_supports("ssse3") != 0) {
        const std::size_t done = decode_pieces(from, static_cast<std::size_t>(end - from), out);
        from += done;
        out += done / 4 * 3;
    }
#endif
    unsigned seen = 0;
    for (; from != end; from += 4, out += 3) {
        const unsigned a = sixes[from[0]], b = sixes[from[1]], c = sixes[from[2]],
                       d = sixes[from[3]];
        seen |= a | b | c | d;
        out[0] = static_cast<char>(a << 2U | b >> 4U);
        out[1] = static_cast<char>(b << 4U | c >> 2U);
        out[2] = static_cast<char>(c << 6U | d);
    }
    if (padding != 0) {
        const unsigned a = sixes[from[0]], b = sixes[from[1]],
                       c = padding == 1 ? sixes[from[2]] : 0U;
        seen |= a | b | c;
        out[0] = static_cast<char>(a << 2U | b >> 4U);
        if (padding == 1) out[1] = static_cast<char>(b << 4U | c >> 2U);
    }
    return (seen & bad) == 0;
}

std::optional<std::string> base64_decode(std::string_view text) {
    std::string out(base64_decoded_size(text), '\0');
    if (!base64_decode_into(text, out.data())) return std::nullopt;
    return out;
}

}  // namespace pa
