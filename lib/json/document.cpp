#include "json/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
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

template <class D>
Error refusal(const D& document) {
    return {Errc::data,
            fmt::format("not valid JSON at byte {}: {}", document.GetErrorOffset(),
                        to_lower(rapidjson::GetParseError_En(document.GetParseError())))};
}

const Error too_deep{Errc::data, "JSON nested too deep"};

std::size_t count_at(std::string_view text, std::size_t from, std::string_view of) {
    return std::min(text.find_first_not_of(of, from), text.size()) - from;
}

/// How long the number at the front of `text` is, if it is a zero with a fraction or an exponent;
/// else 0.
std::size_t long_zero(std::string_view text) {
    std::size_t at = text.starts_with('-') ? 1 : 0;
    if (count_at(text, at, "0") != 1) return 0;
    const std::size_t whole = ++at;
    if (text.substr(at).starts_with('.')) {
        const std::size_t zeros = count_at(text, at + 1, "0");
        at += 1 + zeros;
        if (zeros == 0 || (at < text.size() && is_digit(text[at]))) return 0;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        std::size_t digits = at + 1;
        if (digits < text.size() && (text[digits] == '+' || text[digits] == '-')) ++digits;
        const std::size_t count = count_at(text, digits, "0123456789");
        if (count == 0) return 0;
        at = digits + count;
    }
    return at == whole ? 0 : at;  // what follows may make it no JSON: it is read all the same
}

/// Where the twentieth digit of the number at the front of `text` is, if the twenty are 2^64 - 1
/// and what follows rounds them up; else 0.
std::size_t overflowing_digit(std::string_view text) {
    constexpr std::string_view most = "18446744073709551615";
    std::size_t digits = 0, last = 0;
    for (std::size_t at = text.starts_with('-') ? 1 : 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '.' || (c == '0' && digits == 0)) continue;
        if (!is_digit(c)) return 0;
        if (digits == most.size()) return c >= '5' ? last : 0;
        if (c != most[digits++]) return 0;
        last = at;
    }
    return 0;
}

/// RapidJSON's exact reading of a number is not defined for a zero with many digits or an exponent
/// (it counts the leading zeros of 0), nor where it rounds 2^64 - 1 up to 0. Each of the former
/// becomes 0.0 and blanks, of the latter 2^64 - 2, which as a double is the same; "" if there is
/// none.
std::string with_plain_numbers(std::string_view text) {
    std::string changed;
    bool inside = false;  // of a string, or of a number
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"') {
            while (++i < text.size() && text[i] != '"')
                if (text[i] == '\\') ++i;
            inside = false;
        } else if (std::size_t n = inside ? 0 : long_zero(text.substr(i)); n != 0) {
            const std::size_t sign = c == '-' ? 1 : 0;
            if (n - sign > 3) {  // "0.0" and "0e9" are as good as any
                if (changed.empty()) changed = text;
                changed.replace(i + sign, n - sign, n - sign, ' ').replace(i + sign, 3, "0.0");
            }
            i += n - 1;
        } else {
            if (std::size_t at = inside ? 0 : overflowing_digit(text.substr(i)); at != 0) {
                if (changed.empty()) changed = text;
                changed[i + at] = '4';
            }
            inside = std::string_view("0123456789.eE+-").find(c) != std::string_view::npos;
        }
    }
    return changed;
}

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
        std::string_view digits = view(rapid(v_));
        std::int64_t number = 0;
        auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (error == std::errc{} && end == digits.data() + digits.size() && !digits.empty())
            return number;
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
    rapidjson::Document document;
};

Document::Document(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(std::string_view text) {
    auto impl = std::make_unique<Impl>();
    const std::string plain = with_plain_numbers(text);
    if (!plain.empty()) text = plain;
    // Numbers exactly: what is dumped reads as the same again.
    impl->document.Parse<parse_flags | rapidjson::kParseFullPrecisionFlag>(text.data(),
                                                                           text.size());
    if (impl->document.HasParseError()) return refusal(impl->document);
    if (!shallow(impl->document)) return too_deep;
    return Document(std::move(impl));
}

Value Document::root() const { return Value(&impl_->document); }

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
    if (impl_->document->HasParseError()) return refusal(*impl_->document);
    const rapidjson::Value& root = *impl_->document;
    if (!shallow(root)) return too_deep;
    return Value(&root);
}

}  // namespace pa::json
