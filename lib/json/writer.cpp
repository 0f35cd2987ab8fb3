#include "json/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "base/text.hpp"
#include "json/rapid.hpp"

namespace pa::json {

/// Eight bytes at a time: each frame of audio passes here.
bool TextWriter::missed(std::string_view text) {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    for (std::uint64_t word = 0; text.size() >= sizeof word; text.remove_prefix(sizeof word)) {
        std::memcpy(&word, text.data(), sizeof word);
        // Some byte may be below 0x20: never overlooked, seldom for nothing.
        if (((word - ones * 0x20) & ~word & (ones * 0x80)) != 0) break;
    }
    return std::any_of(text.begin(), text.end(), [](char c) { return c >= 0x1A && c <= 0x1F; });
}

bool TextWriter::escaped(std::string_view text) {
    constexpr std::string_view named = "\"\\\b\f\n\r\t", names = "\"\\bfnrt";
    std::string out = "\"";
    for (char c : to_utf8(text)) {
        if (const auto at = named.find(c); at != std::string_view::npos)
            (out += '\\') += names[at];
        else if (static_cast<unsigned char>(c) < 0x20)
            out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
        else
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
    if (!std::isfinite(v)) return null();
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

std::string_view Writer::view() const {
    return {impl_->buffer.GetString(), impl_->buffer.GetSize()};
}

}  // namespace pa::json
