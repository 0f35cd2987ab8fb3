// Answers of a text model that were kept, to be given again: one JSON object a line,
//     {"match":["words of the call",…],"answers":["first content","second content",…]}
// A question is answered by the entry all of whose words stand in it; of several the one with the
// most words. The second time it is asked the second content comes, and so on; the last one stays.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace pa::sim {

class RecordedAnswers {
public:
    /// Errc::data names `file` and the line.
    [[nodiscard]] static Result<RecordedAnswers> parse(std::string_view lines,
                                                       const std::string& file);
    /// The next content for that question; null if there is none. Valid until the next call.
    [[nodiscard]] const std::string* next(std::string_view question);
    [[nodiscard]] bool empty() const { return entries_.empty(); }

private:
    struct Entry {
        std::vector<std::string> match;  // letters and digits only
        std::vector<std::string> contents;
        std::size_t asked = 0;
    };
    std::vector<Entry> entries_;
};

/// Letters and digits only, in lower case, so that neither blanks nor full stops nor JSON's escapes
/// part two texts.
[[nodiscard]] std::string bare(std::string_view text);

}  // namespace pa::sim
