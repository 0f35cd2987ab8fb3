// Messages that are the same each time, but for some of their strings.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace pa::json {

/// What a message looks like that is sent fifty times a second: made once, filled in by a Writer.
///     static const Template media(R"({"event":"media","streamSid":"?","media":{"payload":"?"}})");
///     w.fill(media, {stream_sid, payload});
class Template {
public:
    /// `example`: one JSON text; each "?" in it is a blank, for a string. Whoever gives what is no
    /// JSON has made a mistake in the program, which ends.
    explicit Template(std::string_view example);

private:
    friend class Writer;
    /// With strings that do not all stand in JSON as they are.
    [[nodiscard]] std::string filled(std::initializer_list<std::string_view> blanks) const;

    std::vector<std::string> pieces_;  // what stands around the blanks, with their quotes
    std::size_t size_ = 0;             // of all of them
};

}  // namespace pa::json
