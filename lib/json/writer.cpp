#include "json/writer.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <vector>

#include "base/text.hpp"
#include "json/plain.hpp"
#include "json/rapid.hpp"

namespace pa::json {

namespace {

constexpr std::uint64_t ones = 0x0101010101010101U, tops = ones * 0x80;
constexpr char del = 0x7F, c1_lead = '\xC2';  // U+0080 to U+009F: C2 80 to C2 9F

/// Whether one of eight bytes is below `bound`: never overlooked, seldom for nothing.
constexpr std::uint64_t below(std::uint64_t word, std::uint64_t bound) {
    return (word - ones * bound) & ~word & tops;
}

constexpr std::uint64_t control_in(std::uint64_t word) {
    return below(word, 0x20) | below(word ^ (ones * 0x7F), 1) | below(word ^ (ones * 0xC2), 1);
}

/// Terminals act on these as they do on ESC.
bool is_c1(std::string_view rest) {
    return rest.size() > 1 && rest[0] == c1_lead && static_cast<unsigned char>(rest[1]) < 0xA0;
}

}  // namespace

bool TextWriter::plain(std::string_view text) { return all_plain(text); }

bool TextWriter::put(const char* text, rapidjson::SizeType size) {
    Prefix(rapidjson::kStringType);
    char* out = os_->Push(size + 2U);
    out[0] = out[size + 1U] = '"';
    std::memcpy(out + 1, text, size);
    return EndValue(true);
}

/// Eight bytes at a time.
bool TextWriter::missed(std::string_view text) {
    for (std::uint64_t word = 0; text.size() >= sizeof word; text.remove_prefix(sizeof word)) {
        std::memcpy(&word, text.data(), sizeof word);
        if (control_in(word) != 0) break;
    }
    for (; !text.empty(); text.remove_prefix(1))
        if ((text[0] >= 0x1A && text[0] <= 0x1F) || text[0] == del || is_c1(text)) return true;
    return false;
}

bool TextWriter::escaped(std::string_view text) {
    constexpr std::string_view named = "\"\\\b\f\n\r\t", names = "\"\\bfnrt";
    std::string out = "\"";
    const std::string whole = to_utf8(text);
    for (std::string_view rest = whole; !rest.empty(); rest.remove_prefix(1)) {
        const char c = rest[0];
        if (const auto at = named.find(c); at != std::string_view::npos)
            (out += '\\') += names[at];
        else if (static_cast<unsigned char>(c) < 0x20 || c == del)
            out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
        else if (is_c1(rest)) {
            rest.remove_prefix(1);
            out += fmt::format("\\u{:04X}",
                               static_cast<unsigned>(static_cast<unsigned char>(rest[0])));
        } else
            out += c;
    }
    out += '"';
    return RawValue(out.data(), out.size(), rapidjson::kStringType);
}

struct Writer::Impl {
    rapidjson::StringBuffer buffer;
    TextWriter writer{buffer};
    std::vector<bool> open;  // true: an object
};

Writer::Writer() : impl_(std::make_unique<Impl>()) { impl_->writer.SetMaxDecimalPlaces(6); }
Writer::~Writer() = default;
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;

Writer& Writer::start() {
    impl_->buffer.Clear();
    impl_->writer.Reset(impl_->buffer);
    impl_->open.clear();
    return *this;
}

Writer& Writer::object() {
    impl_->writer.StartObject();
    impl_->open.push_back(true);
    return *this;
}

Writer& Writer::array() {
    impl_->writer.StartArray();
    impl_->open.push_back(false);
    return *this;
}

Writer& Writer::end() {
    bool object = impl_->open.back();
    impl_->open.pop_back();
    if (object)
        impl_->writer.EndObject();
    else
        impl_->writer.EndArray();
    return *this;
}

Writer& Writer::key(std::string_view name) {
    impl_->writer.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    return *this;
}

Writer& Writer::value(std::string_view text) {
    impl_->writer.String(text.data() == nullptr ? "" : text.data(),
                         static_cast<rapidjson::SizeType>(text.size()));
    return *this;
}

Writer& Writer::value(bool v) {
    impl_->writer.Bool(v);
    return *this;
}

Writer& Writer::value(double v) {
    impl_->writer.Double(v);
    return *this;
}

Writer& Writer::integer(std::int64_t v) {
    impl_->writer.Int64(v);
    return *this;
}

Writer& Writer::value(Value v) {
    if (!v.exists()) return null();
    rapid(v.v_).Accept(impl_->writer);
    return *this;
}

Writer& Writer::null() {
    impl_->writer.Null();
    return *this;
}

Writer& Writer::raw(std::string_view json) {
    impl_->writer.RawValue(json.data(), json.size(), rapidjson::kObjectType);
    return *this;
}

Writer& Writer::fill(const Template& message, std::initializer_list<std::string_view> blanks) {
    if (blanks.size() != message.pieces_.size() - 1) std::abort();
    start();
    std::size_t size = message.size_;
    for (const std::string_view blank : blanks) {
        if (!all_plain(blank)) return raw(message.filled(blanks));
        size += blank.size();
    }
    char* out = impl_->buffer.Push(size);
    auto put = [&out](std::string_view text) { out += text.copy(out, text.size()); };
    auto piece = message.pieces_.begin();
    put(*piece++);
    for (const std::string_view blank : blanks) {
        put(blank);
        put(*piece++);
    }
    return *this;
}

std::string_view Writer::view() const {
    return {impl_->buffer.GetString(), impl_->buffer.GetSize()};
}

}  // namespace pa::json
