// Reading JSON. The only folder that includes RapidJSON is this one; what comes out are views with
// typed getters, so that bad input is told by its path: `media.payload: expected string`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pa::json {

/// A value inside a Document or Parser, valid as long as that is. A missing value is a Value too,
/// so that lookups chain: `doc.root()["media"]["payload"].text()`.
class Value {
public:
    Value() = default;
    [[nodiscard]] bool exists() const { return v_ != nullptr; }
    [[nodiscard]] explicit operator bool() const { return exists(); }
    [[nodiscard]] bool is_null() const;
    [[nodiscard]] bool is_object() const;
    [[nodiscard]] bool is_array() const;
    [[nodiscard]] bool is_string() const;
    [[nodiscard]] bool is_number() const;
    [[nodiscard]] bool is_bool() const;

    /// The member of that name (the first, if repeated), or a missing value.
    [[nodiscard]] Value operator[](std::string_view name) const;
    [[nodiscard]] std::size_t size() const;  // of an array or object, else 0
    [[nodiscard]] Value at(std::size_t index) const;
    void for_each(const std::function<void(Value)>& visit) const;  // array
    void for_each_member(
        const std::function<void(std::string_view, Value)>& visit) const;  // object

    /// The value, or `other` if it is missing, of another type, or too big. Nothing is converted,
    /// except that integer() also takes a string of digits (Twilio writes its numbers so).
    [[nodiscard]] std::string_view text(std::string_view other = {}) const;
    [[nodiscard]] std::int64_t integer(std::int64_t other = 0) const;
    [[nodiscard]] double number(double other = 0) const;
    [[nodiscard]] bool boolean(bool other = false) const;
    /// This value written as JSON.
    [[nodiscard]] std::string dump() const;

private:
    friend class Document;
    friend class Parser;
    friend class Writer;
    explicit Value(const void* v) : v_(v) {}
    const void* v_ = nullptr;  // rapidjson::Value
};

/// A parsed text of any size; copies what it is given.
class Document {
public:
    /// Errc::data with the byte offset. Strict JSON, at most 128 levels deep; exponents up to 308.
    [[nodiscard]] static Result<Document> parse(std::string_view text);
    Document(Document&&) noexcept;
    Document& operator=(Document&&) noexcept;
    ~Document();
    [[nodiscard]] Value root() const;

    /// Typed access with a dotted path; Errc::data names path and what was expected.
    [[nodiscard]] Result<std::string_view> text(std::string_view path) const;
    [[nodiscard]] Result<std::int64_t> integer(std::string_view path) const;

private:
    struct Impl;
    explicit Document(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// For the messages of a call [audio: QuickReader]: parses in place with a memory pool kept from
/// one message to the next. No heap for messages whose tree fits the pool (32 KiB); strings are
/// views into the message.
class Parser {
public:
    Parser();
    ~Parser();
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    /// `message` must have 16 zero bytes behind its end (the SIMD parser reads past it). The value
    /// is valid until the next parse, and as long as the message's bytes are. Missing if not valid
    /// JSON.
    [[nodiscard]] Value parse_in_place(std::span<char> message);
    /// The same for files and other texts that are not trusted: UTF-8 is checked, and the depth is
    /// bounded as by Document. Errc::data with the byte offset.
    [[nodiscard]] Result<Value> parse_strictly_in_place(std::span<char> text);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pa::json
