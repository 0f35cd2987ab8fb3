#include "json/quick_reader.hpp"

#include <cassert>
#include <charconv>
#include <cstring>
#include <utility>

#include "json/plain.hpp"

namespace pa::json {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// False if `text` is not a whole number that fits, and nothing else.
bool whole(std::string_view text, std::int64_t& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

static_assert(QuickReader::padding >= plain_piece);

QuickReader::QuickReader(std::span<const char> text)
    : at_(text.data()), end_(text.data() + text.size()) {
    [[maybe_unused]] constexpr char zeros[padding] = {};
    assert(std::memcmp(end_, zeros, padding) == 0 && "no padding behind a message");
}

/// Where it stands then, nothing is understood.
bool QuickReader::lose() {
    lost_ = true;
    at_ = end_;
    return false;
}

bool QuickReader::take(char c) {
    if (*at_ != c) return false;
    ++at_;
    return true;
}

void QuickReader::enter() {
    if (!take('{')) lose();
    first_ = true;
}

bool QuickReader::next(std::string_view& name) {
    const bool first = std::exchange(first_, false);
    if (take('}')) return false;
    if (!first && !take(',')) return lose();
    name = string();
    return take(':') || lose();
}

std::string_view QuickReader::string() {
    if (take('"')) {
        const char* const begin = std::exchange(at_, plain_end(at_));
        const std::string_view out(begin, static_cast<std::size_t>(at_ - begin));
        if (take('"')) return out;
    }
    lose();
    return {};
}

/// Of JSON's numbers the whole ones that fit: what would make it another one is not understood
/// behind it.
std::string_view QuickReader::number() {
    constexpr std::size_t most_digits = 18;
    const char* const begin = at_;
    take('-');
    if (!take('0'))
        while (is_digit(*at_)) ++at_;
    const std::string_view out(begin, static_cast<std::size_t>(at_ - begin));
    if (out.empty() || !is_digit(out.back()) || out.size() > most_digits) lose();
    return out;
}

void QuickReader::read(std::string_view& out) {
    if (out.data() != nullptr) lose();
    out = string();
}

void QuickReader::read(std::optional<std::int64_t>& out) {
    if (out) lose();
    std::int64_t value = 0;
    if (*at_ == '"') {
        out = whole(string(), value) ? value : 0;
    } else {
        if (!whole(number(), value)) lose();
        out = value;
    }
}

void QuickReader::skip() {
    if (*at_ == '"') {
        (void)string();
        return;
    }
    const std::string_view rest(at_, static_cast<std::size_t>(end_ - at_));
    for (const std::string_view word : {"true", "false", "null"})
        if (rest.starts_with(word)) {
            at_ += word.size();
            return;
        }
    (void)number();
}

}  // namespace pa::json
