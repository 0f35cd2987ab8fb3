// Base64 (RFC 4648): what audio is on all wires.
#pragma once

#include <cstddef>
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

}  // namespace pa
