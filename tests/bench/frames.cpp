#include "bench/frames.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <cstring>

#include "base/base64.hpp"
#include "bench/stream.hpp"

namespace pa::bench {
namespace {

constexpr unsigned char fixed_key[4] = {0x37, 0xfa, 0x21, 0x3d};

std::uint64_t big_endian(const unsigned char* bytes, int count) {
    std::uint64_t value = 0;
    for (int i = 0; i < count; ++i) value = value << 8U | bytes[i];
    return value;
}

// Eight bytes at a time.
void xor_with(const unsigned char* key, char* text, std::size_t from, std::size_t to) {
    auto one = [&] {
        text[from] = static_cast<char>(static_cast<unsigned char>(text[from]) ^ key[from % 4]);
        ++from;
    };
    while (from < to && from % 8 != 0) one();
    std::uint64_t wide = 0;
    std::memcpy(&wide, key, 4);
    wide |= wide << 32U;
    for (; from + 8 <= to; from += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text + from, 8);
        word ^= wide;
        std::memcpy(text + from, &word, 8);
    }
    while (from < to) one();
}

}  // namespace

void Frame::unmask(std::size_t from, std::size_t to) {
    if (masked) xor_with(key, payload, from, to);
}

std::size_t read_frame(char* bytes, std::size_t size, Frame& out) {
    if (size < 2) return 0;
    const auto* in = reinterpret_cast<const unsigned char*>(bytes);
    out.opcode = in[0] & 0x0fU;
    out.masked = (in[1] & 0x80U) != 0;
    std::uint64_t length = in[1] & 0x7fU;
    std::size_t head = 2;
    int extra = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (extra != 0) {
        if (size < 2 + static_cast<std::size_t>(extra)) return 0;
        length = big_endian(in + 2, extra);
        head += static_cast<std::size_t>(extra);
    }
    if (out.masked) {
        if (size < head + 4) return 0;
        std::memcpy(out.key, in + head, 4);
        head += 4;
    }
    if (size - head < length) return 0;
    out.payload = bytes + head;
    out.size = length;
    return head + length;
}

std::string text_frame(std::string_view payload, bool masked) {
    std::string out;
    append_text_frame(out, payload, masked);
    return out;
}

void append_text_frame(std::string& out, std::string_view payload, bool masked) {
    const unsigned mask = masked ? 0x80U : 0U;
    auto put = [&out](std::uint64_t byte) { out += static_cast<char>(byte & 0xffU); };
    put(0x81);
    if (payload.size() < 126) {
        put(mask | payload.size());
    } else {
        put(mask | (payload.size() < 65536 ? 126U : 127U));
        for (int shift = payload.size() < 65536 ? 8 : 56; shift >= 0; shift -= 8)
            put(payload.size() >> static_cast<unsigned>(shift));
    }
    if (masked) out.append(reinterpret_cast<const char*>(fixed_key), 4);
    std::size_t start = out.size();
    out.append(payload);
    if (masked) xor_with(fixed_key, out.data() + start, 0, payload.size());
}

Template::Template(std::string_view payload, bool masked)
    : frame_(text_frame(payload, masked)),
      clear_(payload),
      head_(frame_.size() - payload.size()),
      masked_(masked) {}

std::size_t Template::find(std::string_view field) const {
    std::size_t at = clear_.find(field);
    if (at == std::string::npos) give_up("no such field in a template");
    return at;
}

void Template::put(std::size_t at, std::string_view text) {
    for (char c : text) {
        unsigned mask = masked_ ? fixed_key[at % 4] : 0U;
        frame_[head_ + at++] = static_cast<char>(static_cast<unsigned char>(c) ^ mask);
    }
}

void Template::put_hex(std::size_t at, std::uint64_t value, int digits) {
    char text[16];
    for (int i = digits; i-- > 0; value >>= 4U) text[i] = "0123456789abcdef"[value & 15U];
    put(at, {text, static_cast<std::size_t>(digits)});
}

void Template::put_decimal(std::size_t at, std::uint64_t value, int digits) {
    char text[16];
    for (int i = digits; i-- > 0; value /= 10) text[i] = static_cast<char>('0' + value % 10);
    put(at, {text, static_cast<std::size_t>(digits)});
}

std::uint64_t read_hex(const char* digits, int count) {
    std::uint64_t value = 0;
    for (int i = 0; i < count; ++i) {
        auto c = static_cast<unsigned char>(digits[i]);
        value = value << 4U | (c <= '9' ? c - '0' : c - 'a' + 10U);
    }
    return value;
}

std::string upgrade_request(std::string_view path, std::string_view headers) {
    return fmt::format(
        "GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{}\r\n",
        path, headers);
}

std::string upgrade_answer(std::string_view request) {
    std::string lower(request);
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    std::size_t at = lower.find("sec-websocket-key:");
    if (at == std::string::npos) return "HTTP/1.1 400 Bad Request\r\n\r\n";
    at = request.find_first_not_of(' ', at + 18);
    std::string key(request.substr(at, request.find('\r', at) - at));
    key += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 section 1.3
    unsigned char hash[SHA_DIGEST_LENGTH];
    SHA1(reinterpret_cast<const unsigned char*>(key.data()), key.size(), hash);
    std::string proof = base64_encode({reinterpret_cast<const char*>(hash), sizeof hash});
    return fmt::format(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: {}\r\n\r\n",
        proof);
}

}  // namespace pa::bench
