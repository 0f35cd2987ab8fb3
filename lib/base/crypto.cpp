#include "base/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <cstdlib>
#include <cstring>

namespace pa {
namespace {

const unsigned char* bytes(std::string_view s) {
    return reinterpret_cast<const unsigned char*>(s.data());
}
unsigned char* bytes(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }

std::string hmac(const EVP_MD* digest, std::string_view key, std::string_view message) {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned int size = 0;
    if (key.empty())
        key = std::string_view("", 0);  // a null pointer would mean "the last key again"
    if (HMAC(digest, key.data(), static_cast<int>(key.size()), bytes(message), message.size(),
             bytes(out), &size) == nullptr)
        std::abort();
    out.resize(size);
    return out;
}

constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Of twelve bits their two characters. (OpenSSL's encoder takes twice as long.)
constexpr auto pairs = [] {
    std::array<std::array<char, 2>, 4096> out{};
    for (std::size_t bits = 0; bits < out.size(); ++bits)
        out[bits] = {base64_alphabet[bits >> 6U], base64_alphabet[bits & 63U]};
    return out;
}();

/// Of each character its six bits, where they belong in a group of four; none has the bit `bad`.
constexpr std::uint32_t bad = 1U << 24U;
constexpr auto sixes = [] {
    std::array<std::array<std::uint32_t, 256>, 4> out{};
    for (auto& place : out) place.fill(bad);
    std::uint32_t value = 0;
    for (const char c : base64_alphabet) {
        for (std::size_t place = 0; place < out.size(); ++place)
            out[place][static_cast<unsigned char>(c)] = value << (18 - 6 * place);
        ++value;
    }
    return out;
}();

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
    std::uint32_t seen = 0;
    for (; from != end; from += 4, out += 3) {
        const std::uint32_t group =
            sixes[0][from[0]] | sixes[1][from[1]] | sixes[2][from[2]] | sixes[3][from[3]];
        seen |= group;
        out[0] = static_cast<char>(group >> 16U);
        out[1] = static_cast<char>(group >> 8U);
        out[2] = static_cast<char>(group);
    }
    if (padding != 0) {
        const std::uint32_t group =
            sixes[0][from[0]] | sixes[1][from[1]] | (padding == 1 ? sixes[2][from[2]] : 0);
        seen |= group;
        out[0] = static_cast<char>(group >> 16U);
        if (padding == 1) out[1] = static_cast<char>(group >> 8U);
    }
    return (seen & bad) == 0;
}

std::optional<std::string> base64_decode(std::string_view text) {
    std::string out(base64_decoded_size(text), '\0');
    if (!base64_decode_into(text, out.data())) return std::nullopt;
    return out;
}

std::string hmac_sha1(std::string_view key, std::string_view message) {
    return hmac(EVP_sha1(), key, message);
}
std::string hmac_sha256(std::string_view key, std::string_view message) {
    return hmac(EVP_sha256(), key, message);
}

std::string sha256(std::string_view message) {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned int size = 0;
    if (EVP_Digest(message.data(), message.size(), bytes(out), &size, EVP_sha256(), nullptr) != 1)
        std::abort();
    out.resize(size);
    return out;
}

std::string hex(std::string_view in) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(in.size() * 2);
    for (char c : in) {
        auto b = static_cast<unsigned char>(c);
        out += digits[b >> 4U];
        out += digits[b & 15U];
    }
    return out;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_bytes(std::size_t count) {
    std::string out(count, '\0');
    if (RAND_bytes(bytes(out), static_cast<int>(count)) != 1) std::abort();
    return out;
}

}  // namespace pa
