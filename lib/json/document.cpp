#include "json/document.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "base/text.hpp"
#include "json/rapid.hpp"
#include "json/writer.hpp"

namespace pa::json {
namespace {

// Iterative: a hostile message nested a million deep must not overflow our stack.
constexpr unsigned parse_flags =
    rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
constexpr int max_depth = 128;
constexpr std::size_t pool_size = 32U << 10U;

/// True if no array or object is nested deeper than max_depth. Recursion is bounded by it.
bool shallow(const rapidjson::Value& v, int depth = 0) {
    if (depth > max_depth) return false;
    if (v.IsArray()) {
        for (const auto& e : v.GetArray())
            if (!shallow(e, depth + 1)) return false;
    } else if (v.IsObject()) {
        for (const auto& m : v.GetObject())
            if (!shallow(m.value, depth + 1)) return false;
    }
    return true;
}

std::string_view view(const rapidjson::Value& v) { return {v.GetString(), v.GetStringLength()}; }

Error refusal(rapidjson::ParseResult result) {
    return {Errc::data, fmt::format("not valid JSON at byte {}: {}", result.Offset(),
                                    to_lower(rapidjson::GetParseError_En(result.Code())))};
}

const Error too_deep{Errc::data, "JSON nested too deep"};

/// True if `text` is a whole number and nothing else, one that fits.
template <class Whole>
bool reads_all(std::string_view text, Whole& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

/// A document whose numbers the C library reads: RapidJSON's quick reading is off in the last
/// place, and its exact one is not defined for a zero with an exponent, where it rounds 2^64 - 1
/// up, and for a negative number near the middle of two doubles.
class ExactDocument : public rapidjson::Document {
public:
    rapidjson::ParseResult read(std::string_view text) {
        constexpr unsigned flags = parse_flags | rapidjson::kParseNumbersAsStringsFlag;
        rapidjson::MemoryStream memory(text.data(), text.size());
        rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> stream(memory);
        rapidjson::Reader reader;
        rapidjson::ParseResult result;
        auto fill = [&](rapidjson::Document&) {
            result = reader.Parse<flags>(stream, *this);
            return !result.IsError();
        };
        Populate(fill);
        return result;
    }

    /// RapidJSON calls it with a number that is one by JSON's grammar.
    bool RawNumber(const char* text, rapidjson::SizeType size, bool /*copy*/) {
        if (std::int64_t whole = 0; reads_all({text, size}, whole)) return Int64(whole);
        if (std::uint64_t whole = 0; reads_all({text, size}, whole)) return Uint64(whole);
        return Double(std::strtod(std::string(text, size).c_str(), nullptr));
    }
};

}  // namespace

bool Value::is_null() const { return v_ != nullptr && rapid(v_).IsNull(); }
bool Value::is_object() const { return v_ != nullptr && rapid(v_).IsObject(); }
bool Value::is_array() const { return v_ != nullptr && rapid(v_).IsArray(); }
bool Value::is_string() const { return v_ != nullptr && rapid(v_).IsString(); }
bool Value::is_number() const { return v_ != nullptr && rapid(v_).IsNumber(); }
bool Value::is_bool() const { return v_ != nullptr && rapid(v_).IsBool(); }

Value Value::operator[](std::string_view name) const {
    if (!is_object()) return {};
    for (const auto& m : rapid(v_).GetObject())
        if (view(m.name) == name) return Value(&m.value);
    return {};
}

std::size_t Value::size() const {
    if (is_array()) return rapid(v_).Size();
    if (is_object()) return rapid(v_).MemberCount();
    return 0;
}

Value Value::at(std::size_t index) const {
    if (!is_array() || index >= rapid(v_).Size()) return {};
    return Value(&rapid(v_)[static_cast<rapidjson::SizeType>(index)]);
}

void Value::for_each(const std::function<void(Value)>& visit) const {
    if (!is_array()) return;
    for (const auto& e : rapid(v_).GetArray()) visit(Value(&e));
}

void Value::for_each_member(const std::function<void(std::string_view, Value)>& visit) const {
    if (!is_object()) return;
    for (const auto& m : rapid(v_).GetObject()) visit(view(m.name), Value(&m.value));
}

std::string_view Value::text(std::string_view other) const {
    return is_string() ? view(rapid(v_)) : other;
}

std::int64_t Value::integer(std::int64_t other) const {
    if (v_ == nullptr) return other;
    if (rapid(v_).IsInt64()) return rapid(v_).GetInt64();
    if (rapid(v_).IsString()) {
        if (std::int64_t number = 0; reads_all(view(rapid(v_)), number)) return number;
    }
    return other;
}

double Value::number(double other) const {
    const double number = is_number() ? rapid(v_).GetDouble() : other;
    return std::isfinite(number) ? number : other;
}
bool Value::boolean(bool other) const { return is_bool() ? rapid(v_).GetBool() : other; }

std::string Value::dump() const {
    Writer w;
    return w.value(*this).str();
}

struct Document::Impl {
    ExactDocument document;
};

Document::Document(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(std::string_view text) {
    auto impl = std::make_unique<Impl>();
    if (const auto result = impl->document.read(text); result.IsError()) return refusal(result);
    if (!shallow(impl->document)) return too_deep;
    return Document(std::move(impl));
}

Value Document::root() const {
    return Value(static_cast<const rapidjson::Value*>(&impl_->document));
}

namespace {

Value walk(Value v, std::string_view path) {
    for (std::string_view name : split(path, '.')) v = v[name];
    return v;
}

}  // namespace

Result<std::string_view> Document::text(std::string_view path) const {
    Value v = walk(root(), path);
    if (!v.is_string()) return Error{Errc::data, fmt::format("{}: expected string", path)};
    return v.text();
}

Result<std::int64_t> Document::integer(std::string_view path) const {
    Value v = walk(root(), path);
    // Two different fall-backs agree only on a real value.
    if (v.integer(0) != v.integer(1))
        return Error{Errc::data, fmt::format("{}: expected integer", path)};
    return v.integer();
}

struct Parser::Impl {
    using Pool = rapidjson::MemoryPoolAllocator<>;
    using Document = rapidjson::GenericDocument<rapidjson::UTF8<>, Pool, Pool>;
    alignas(16) char values_memory[pool_size];
    alignas(16) char stack_memory[pool_size];
    Pool values{values_memory, sizeof values_memory};
    Pool stack{stack_memory, sizeof stack_memory};
    std::optional<Document> document;

    void forget() {
        document.reset();
        values.Clear();
        stack.Clear();
        document.emplace(&values, 1024, &stack);
    }
};

Parser::Parser() : impl_(std::make_unique<Impl>()) {}
Parser::~Parser() = default;

Value Parser::parse_in_place(std::span<char> message) {
    impl_->forget();
    impl_->document
        ->ParseInsitu<parse_flags & ~static_cast<unsigned>(rapidjson::kParseValidateEncodingFlag)>(
            message.data());
    if (impl_->document->HasParseError()) return {};
    return Value(static_cast<const rapidjson::Value*>(&*impl_->document));
}

Result<Value> Parser::parse_strictly_in_place(std::span<char> text) {
    impl_->forget();
    if (text.size() != std::strlen(text.data())) return Error{Errc::data, "not JSON but bytes"};
    impl_->document->ParseInsitu<parse_flags>(text.data());
    if (impl_->document->HasParseError())
        return refusal({impl_->document->GetParseError(), impl_->document->GetErrorOffset()});
    const rapidjson::Value& root = *impl_->document;
    if (!shallow(root)) return too_deep;
    return Value(&root);
}

}  // namespace pa::json
