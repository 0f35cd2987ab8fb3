// The few primitives we need from libcrypto, as functions over bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pa {

[[nodiscard]] std::string base64_encode(std::string_view bytes);
/// The same into `out`, which has room for the text. Returns the text's size.
std::size_t base64_encode_into(std::string_view bytes, char* out);
/// Strict: standard alphabet, padding required, no blanks.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);
/// The same, as strict, into `out`, which has room for base64_decoded_size(); nothing is allocated.
/// False if it is no base64. Frames of callers pass here.
[[nodiscard]] bool base64_decode_into(std::string_view text, char* out);
/// Number of bytes a padded base64 text stands for, without decoding it.
[[nodiscard]] constexpr std::size_t base64_decoded_size(std::string_view text) {
    std::size_t pad = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    return text.size() / 4 * 3 - (text.size() >= 4 ? pad : 0);
}

[[nodiscard]] std::string hmac_sha1(std::string_view key, std::string_view message);    // 20 bytes
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view message);  // 32 bytes
[[nodiscard]] std::string sha256(std::string_view message);                             // 32 bytes
[[nodiscard]] std::string hex(std::string_view bytes);  // lower case

/// Takes the same time wherever the two differ.
[[nodiscard]] bool equal_constant_time(std::string_view a, std::string_view b);

/// From the system's generator; aborts if it has none to give.
[[nodiscard]] std::string random_bytes(std::size_t count);

}  // namespace pa
