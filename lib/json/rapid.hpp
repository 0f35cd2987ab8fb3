// The one place that includes RapidJSON; private to this folder.
#pragma once

#if defined(__SSE4_2__)
#define RAPIDJSON_SSE42
#elif defined(__SSE2__)
#define RAPIDJSON_SSE2
#elif defined(__ARM_NEON)
#define RAPIDJSON_NEON
#endif
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>
#include <string>
#include <string_view>

#include "base/text.hpp"

namespace pa::json {

inline const rapidjson::Value& rapid(const void* v) {
    return *static_cast<const rapidjson::Value*>(v);
}

/// RapidJSON 1.1 with SIMD leaves 0x1A to 0x1F in strings as they are (it compares with 0x19 where
/// the first plain character is 0x20), and no JSON reader takes that. Such strings are escaped
/// here. And it takes half a surrogate pair ("\ude00") for a character: what is no UTF-8 is mended.
class TextWriter : public rapidjson::Writer<rapidjson::StringBuffer> {
public:
    using Base = rapidjson::Writer<rapidjson::StringBuffer>;
    using Base::Base;
    bool String(const char* text, rapidjson::SizeType size, bool copy = false) {
        if (plain({text, size})) return put(text, size);
        const bool good = is_utf8({text, size}) && !missed({text, size});
        return good ? Base::String(text, size, copy) : escaped({text, size});
    }
    /// What is no number any more (2e308 is read as infinite) would cut off all that follows.
    bool Double(double v) { return std::isfinite(v) ? Base::Double(v) : Null(); }
    bool Key(const char* text, rapidjson::SizeType size, bool copy = false) {
        return String(text, size, copy);
    }

private:
    /// Stands in JSON as it is: ASCII without control characters, quotes and backslashes.
    [[nodiscard]] static bool plain(std::string_view text);
    bool put(const char* text, rapidjson::SizeType size);
    [[nodiscard]] static bool missed(std::string_view text);
    bool escaped(std::string_view text);
};

}  // namespace pa::json
