// TwiML as Twilio reads it: a document becomes the list of its verbs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/http_message.hpp"
#include "base/result.hpp"

namespace pa::sim {

/// An element. Names are case sensitive; entities are decoded.
struct TwimlNode {
    std::string name;
    std::vector<std::pair<std::string, std::string>> attributes;
    std::string text;  // of this element, without its children's, trimmed
    std::vector<TwimlNode> children;

    [[nodiscard]] std::string_view attribute(std::string_view name,
                                             std::string_view otherwise = {}) const;
};

/// Errc::data; the sentence begins with the number of Twilio's error: 12100 not XML, 12102 the root
/// is not Response, 12200 an element or attribute where none is allowed, 11750 longer than 64 kB,
/// 11770 empty.
[[nodiscard]] Result<std::vector<TwimlNode>> read_twiml(std::string_view text);

}  // namespace pa::sim
