#include "base/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <cstdlib>

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

}  // namespace

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
