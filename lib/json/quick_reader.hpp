// Reading, without a tree, of messages that come fifty times a second and nearly always look alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace pa::json {

/// Goes once through the members of an object, and of those in it, as they stand. It knows only
/// what such messages are made of: no blanks, no escapes, nothing but ASCII, whole numbers. At
/// anything else, and at what is no JSON, it is lost: whoever reads has then learned nothing, and
/// leaves the message, which has not been changed, to a Parser.
///
///     QuickReader in(message);
///     in.enter();
///     for (std::string_view name; in.next(name);)
///         is(name, "payload") ? in.read(payload) : in.skip();
///     if (!in.finished()) …
class QuickReader {
public:
    /// So many zero bytes stand behind the text, as behind what a WsHandler and a Parser are given:
    /// no loop has to look for the end, for there is nothing that goes on over a zero.
    static constexpr std::size_t padding = 16;
    /// `text`, with its padding, outlives the reader and the views that it gives.
    explicit QuickReader(std::span<const char> text);

    /// Into the object that comes next.
    void enter();
    /// The name of the next member, whose value is to be entered, read or skipped then; false, and
    /// out of the object, where there is none, and when lost.
    [[nodiscard]] bool next(std::string_view& name);
    /// A string, which was not read before (the first of two counts, and only a Parser sees both).
    void read(std::string_view& out);
    /// A whole number, likewise. One in a string counts; another text counts as 0.
    void read(std::optional<std::int64_t>& out);
    /// A string, number, true, false or null.
    void skip();
    /// All of the text was read, and understood.
    [[nodiscard]] bool finished() const { return !lost_ && at_ == end_; }

private:
    bool lose();
    bool take(char c);
    [[nodiscard]] std::string_view string();
    [[nodiscard]] std::string_view number();

    const char* at_;
    const char* end_;
    bool first_ = false;  // no member of this object has been read
    bool lost_ = false;   // and at the end
};

/// text == word, in a comparison or two: the library's is a call of memcmp(), which takes as long
/// as all else that a name costs.
template <std::size_t N>
[[nodiscard]] bool is(std::string_view text, const char (&word)[N]) {
    return text.size() == N - 1 && std::memcmp(text.data(), word, N - 1) == 0;
}

}  // namespace pa::json
