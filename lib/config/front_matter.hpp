// The front matter of a persona file: `key: value` lines between two lines of "---" at its top.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pa::config {

struct FrontMatter {
    struct Entry {
        std::string key;  // lower case, '-' read as '_'
        std::string value;
        int line = 0;  // in the file, from 1
    };
    struct Complaint {
        int line = 0;
        std::string what;
    };
    std::vector<Entry> entries;  // in order; a key stands once (a repeated one is a complaint)
    std::vector<Complaint> complaints;  // lines that were skipped
    std::string body;                   // what follows, trimmed, line ends as "\n"
};

/// A text that does not begin with a line "---" is all body. A BOM and CRLF are fine; values follow
/// the rules of value.hpp; lines that are blank or begin with '#' are skipped.
[[nodiscard]] FrontMatter parse_front_matter(std::string_view text);

}  // namespace pa::config
