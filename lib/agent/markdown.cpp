#include "agent/markdown.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace pa::agent {
namespace {

int indent_of(std::string_view line) {
    int columns = 0;
    for (char c : line) {
        if (c != ' ' && c != '\t') break;
        columns += c == '\t' ? 4 : 1;
    }
    return columns;
}

int heading_level(std::string_view line) {
    const std::size_t hashes = std::min(line.find_first_not_of('#'), line.size());
    if (hashes == 0 || hashes > 6) return 0;
    return hashes == line.size() || line[hashes] == ' ' || line[hashes] == '\t'
               ? static_cast<int>(hashes)
               : 0;
}

bool is_bullet(std::string_view line) {
    std::size_t mark = 0;
    while (mark < line.size() && mark < 9 && is_digit(line[mark])) ++mark;
    const std::string_view signs = mark == 0 ? "-*+" : ".)";
    if (mark >= line.size() || signs.find(line[mark]) == std::string_view::npos) return false;
    return mark + 1 == line.size() || line[mark + 1] == ' ' || line[mark + 1] == '\t';
}

bool is_fence(std::string_view line) { return line.starts_with("```") || line.starts_with("~~~"); }

/// 1 or 2 for a line of "===" or "---" below a text, which makes that text a heading.
int underline_level(std::string_view line) {
    line = trim(line);
    if (line.empty() || line.find_first_not_of(line.front()) != std::string_view::npos) return 0;
    return line.front() == '=' ? 1 : line.front() == '-' ? 2 : 0;
}

/// Tracks fenced blocks over the lines: a block ends with the sign that opened it.
class Fences {
public:
    int next(std::string_view line) {
        const bool fence = is_fence(line);
        if (open_ == 0) {
            if (!fence) return 0;
            open_ = line.front();
            return ++count_;
        }
        if (fence && line.front() == open_) open_ = 0;
        return count_;
    }

private:
    char open_ = 0;
    int count_ = 0;
};

}  // namespace

std::vector<MarkdownLine> markdown_lines(std::string_view text) {
    std::vector<MarkdownLine> lines;
    Fences fences;
    for (std::string_view raw : split(text, '\n')) {
        const std::string_view plain = trim(raw);
        MarkdownLine line{raw, plain.empty(), 0, false, indent_of(raw), fences.next(plain)};
        if (line.fence == 0 && !line.blank) {
            line.heading = line.indent < 4 ? heading_level(plain) : 0;
            line.bullet = line.heading == 0 && is_bullet(plain);
        }
        const int underline = line.fence == 0 && line.indent < 4 ? underline_level(plain) : 0;
        if (underline != 0 && !lines.empty() && !lines.back().blank && !lines.back().bullet &&
            lines.back().fence == 0 && lines.back().heading == 0 && lines.back().indent < 4)
            lines.back().heading = underline;
        lines.push_back(line);
    }
    return lines;
}

}  // namespace pa::agent
