// The few primitives we need from libcrypto, as functions over bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pa {

[[nodiscard]] std::string hmac_sha1(std::string_view key, std::string_view message);    // 20 bytes
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view message);  // 32 bytes
[[nodiscard]] std::string sha256(std::string_view message);                             // 32 bytes
[[nodiscard]] std::string hex(std::string_view bytes);  // lower case

/// Takes the same time wherever the two differ.
[[nodiscard]] bool equal_constant_time(std::string_view a, std::string_view b);

/// From the system's generator; aborts if it has none to give.
[[nodiscard]] std::string random_bytes(std::size_t count);

}  // namespace pa
