// The little of Markdown that the memory files need: what a line is. Used inside this folder only.
#pragma once

#include <string_view>
#include <vector>

namespace pa::agent {

struct MarkdownLine {
    std::string_view text;  // without its line end
    bool blank = false;
    int heading = 0;      // 1-6, "# …" or underlined; else 0
    bool bullet = false;  // "- ", "* ", "+ ", "1. "
    int indent = 0;       // columns; a tab is four
    int fence = 0;        // lines of the n-th fenced block have n, the fences included; else 0
};

/// `text` in lines; they are views into it. Line ends are "\n" (a '\r' before it counts as blank).
[[nodiscard]] std::vector<MarkdownLine> markdown_lines(std::string_view text);

}  // namespace pa::agent
