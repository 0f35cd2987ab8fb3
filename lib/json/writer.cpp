#include "json/writer.hpp"

#include <cmath>
#include <vector>

#include "base/text.hpp"
#include "json/rapid.hpp"

namespace pa::json {

struct Writer::Impl {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
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
    if (!is_utf8(text)) return value(to_utf8(text));
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
