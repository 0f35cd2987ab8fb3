#include "json/quick_reader.hpp"

#include <charconv>
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

bool QuickReader::lose() {
    lost_ = true;
    return false;
}

bool QuickReader::take(char c) {
    if (lost_ || at_ == text_.size() || text_[at_] != c) return false;
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
        const std::size_t size = plain_run(text_.substr(at_));
        const std::string_view out = text_.substr(at_, size);
        at_ += size;
        if (take('"')) return out;
    }
    lose();
    return {};
}

/// Of JSON's numbers the whole ones that fit: what would make it another one is not understood
/// behind it.
std::string_view QuickReader::number() {
    constexpr std::size_t most_digits = 18;
    const std::size_t begin = at_;
    take('-');
    if (!take('0'))
        while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    if (at_ == begin || !is_digit(text_[at_ - 1]) || at_ - begin > most_digits) lose();
    return text_.substr(begin, at_ - begin);
}

void QuickReader::read(std::string_view& out) {
    if (out.data() != nullptr) lose();
    out = string();
}

void QuickReader::read(std::optional<std::int64_t>& out) {
    if (out) lose();
    std::int64_t value = 0;
    if (at_ < text_.size() && text_[at_] == '"') {
        out = whole(string(), value) ? value : 0;
    } else {
        if (!whole(number(), value)) lose();
        out = value;
    }
}

void QuickReader::skip() {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with('"')) {
        (void)string();
        return;
    }
    for (const std::string_view word : {"true", "false", "null"})
        if (rest.starts_with(word)) {
            at_ += word.size();
            return;
        }
    (void)number();
}

}  // namespace pa::json
