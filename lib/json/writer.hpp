// Writing JSON. All of it, hot (by way of a Template) or not, is written with this; no text is
// glued by hand.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "json/document.hpp"
#include "json/template.hpp"

namespace pa::json {

/// Writes one compact JSON text into its own buffer, which is kept when it starts again. Chains:
///     w.start().object().key("event").value("mark").key("mark").object().key("name").value(n).end().end();
/// Broken UTF-8 in a string is replaced by U+FFFD, so the result is always valid.
class Writer {
public:
    Writer();
    ~Writer();
    Writer(Writer&&) noexcept;
    Writer& operator=(Writer&&) noexcept;

    Writer& start();  // forgets what was written
    Writer& object();
    Writer& array();
    Writer& end();  // of the innermost object or array
    Writer& key(std::string_view name);
    Writer& value(std::string_view text);
    Writer& value(const char* text) { return value(std::string_view(text)); }
    Writer& value(const std::string& text) { return value(std::string_view(text)); }
    Writer& value(bool v);
    Writer& value(double v);  // with at most 6 decimals; not finite: null
    template <std::integral I>
    requires(!std::same_as<I, bool>) Writer& value(I v) {
        return integer(static_cast<std::int64_t>(v));
    }
    Writer& value(Value v);  // a parsed value, whole; a missing one is null
    Writer& null();
    /// key and value in one.
    template <class T>
    Writer& member(std::string_view name, const T& v) {
        return key(name).value(v);
    }
    /// `json` must be one valid JSON text; it is put in as it is.
    Writer& raw(std::string_view json);

    /// Starts again, with the whole of a message: these in the blanks of a template, which has as
    /// many. Nothing is added to it; start() begins the next.
    Writer& fill(const Template& message, std::initializer_list<std::string_view> blanks);

    /// The text so far; valid until the next call.
    [[nodiscard]] std::string_view view() const;
    [[nodiscard]] std::string str() const { return std::string(view()); }

private:
    Writer& integer(std::int64_t v);
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pa::json
