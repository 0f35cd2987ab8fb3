// A message as a socket hands it out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "json/quick_reader.hpp"

namespace pa::test {

/// With the zeros behind it that readers want, and no byte more of memory: a sanitizer sees who
/// reads farther.
class Padded {
public:
    explicit Padded(std::string_view text)
        : size_(text.size()), bytes_(size_ + json::QuickReader::padding) {
        std::copy(text.begin(), text.end(), bytes_.begin());
    }
    [[nodiscard]] std::span<const char> message() const { return std::span(bytes_).first(size_); }

private:
    std::size_t size_;
    std::vector<char> bytes_;
};

}  // namespace pa::test
