#include "json/template.hpp"

#include <cstdlib>

#include "json/writer.hpp"

namespace pa::json {

Template::Template(std::string_view example) {
    constexpr std::string_view blank = R"("?")";
    if (!Document::parse(example)) std::abort();
    for (std::size_t at = 0, next = 0; next != std::string_view::npos; at = next + 2) {
        next = example.find(blank, at);
        // The quotes stay with what is around.
        pieces_.emplace_back(example.substr(at, next == example.npos ? next : next + 1 - at));
        size_ += pieces_.back().size();
    }
}

std::string Template::filled(std::initializer_list<std::string_view> blanks) const {
    Writer text;
    auto piece = pieces_.begin();
    std::string out = *piece++;
    for (const std::string_view blank : blanks) {
        const std::string_view quoted = text.start().value(blank).view();
        out += quoted.substr(1, quoted.size() - 2);
        out += *piece++;
    }
    return out;
}

}  // namespace pa::json
