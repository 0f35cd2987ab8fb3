#include "agent/memory.hpp"

#include <algorithm>
#include <vector>

#include "agent/markdown.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace pa::agent {
namespace {

using Lines = std::vector<MarkdownLine>;

/// The text between "<!--" and "-->" says phone: no.
bool says_no(std::string_view comment) {
    std::string plain;
    for (char c : comment)
        if (c != ' ' && c != '\t') plain += ascii_lower(c);
    return plain == "phone:no";
}

bool is_marked(std::string_view line, bool& alone) {
    for (std::size_t at = line.find("<!--"); at != std::string_view::npos;
         at = line.find("<!--", at + 4)) {
        const std::size_t end = line.find("-->", at + 4);
        if (end == std::string_view::npos) return false;
        if (!says_no(line.substr(at + 4, end - at - 4))) continue;
        alone = trim(line.substr(0, at)).empty() && trim(line.substr(end + 3)).empty();
        return true;
    }
    return false;
}

/// Lines [from, to) go.
struct Span {
    std::size_t from, to;
};

/// From the heading at or above `at` to the next one of its level or higher.
Span section_of(const Lines& lines, std::size_t at) {
    std::size_t from = at;
    while (from > 0 && lines[from].heading == 0) --from;
    const int level = lines[from].heading;
    if (level == 0) return {0, lines.size()};
    std::size_t to = from + 1;
    while (to < lines.size() && (lines[to].heading == 0 || lines[to].heading > level)) ++to;
    return {from, to};
}

Span fence_of(const Lines& lines, std::size_t at) {
    std::size_t from = at, to = at;
    while (from > 0 && lines[from - 1].fence == lines[at].fence) --from;
    while (to < lines.size() && lines[to].fence == lines[at].fence) ++to;
    return {from, to};
}

/// The bullet that the line `at` belongs to, or lines.size().
std::size_t bullet_of(const Lines& lines, std::size_t at) {
    if (lines[at].bullet) return at;
    bool gap =
        false;  // a blank line lies between: only what is indented still belongs to the bullet
    for (std::size_t i = at; i-- > 0;) {
        if (lines[i].blank) {
            gap = true;
            continue;
        }
        if (lines[i].heading != 0) break;
        if (lines[i].bullet && (lines[i].indent < lines[at].indent || !gap)) return i;
        if (gap && lines[at].indent == 0) break;
    }
    return lines.size();
}

Span item_of(const Lines& lines, std::size_t bullet) {
    std::size_t to = bullet + 1;
    bool gap = false;
    for (std::size_t i = to; i < lines.size(); ++i) {
        const MarkdownLine& line = lines[i];
        if (line.blank && line.fence == 0) {
            gap = true;
            continue;
        }
        const bool continues =
            line.fence == 0 && !gap && !line.bullet;  // lazily, without indentation
        if (line.heading != 0 ||
            (line.indent <= lines[bullet].indent && !continues && line.fence == 0))
            break;
        if (line.fence != 0 && gap && line.indent <= lines[bullet].indent) break;
        gap = false;
        to = i + 1;
    }
    return {bullet, to};
}

Span paragraph_of(const Lines& lines, std::size_t at) {
    auto inside = [&](std::size_t i) {
        return !lines[i].blank && lines[i].heading == 0 && !lines[i].bullet;
    };
    std::size_t from = at, to = at + 1;
    while (from > 0 && inside(from - 1)) --from;
    while (to < lines.size() && inside(to)) ++to;
    return {from, to};
}

Span private_span(const Lines& lines, std::size_t at, bool alone) {
    const bool for_section = alone && lines[at].fence == 0 && lines[at].indent == 0;
    if (lines[at].heading != 0 || for_section) return section_of(lines, at);
    if (std::size_t bullet = bullet_of(lines, at); bullet != lines.size())
        return item_of(lines, bullet);
    if (lines[at].fence != 0) return fence_of(lines, at);
    return alone ? section_of(lines, at) : paragraph_of(lines, at);
}

/// Whether an entry begins at line `at`; `outer` is the indentation of the list it may belong to.
class EntryStarts {
public:
    bool next(const MarkdownLine& line) {
        const bool starts = begins(line);
        if (!line.blank) {
            if (line.heading != 0) outer_ = -1;
            if (starts && line.heading == 0) outer_ = line.bullet ? line.indent : -1;
        }
        fence_ = line.fence;
        after_gap_ = line.blank && line.fence == 0;
        after_heading_ = line.heading != 0;
        return starts;
    }

private:
    [[nodiscard]] bool begins(const MarkdownLine& line) const {
        if (line.fence != 0 && line.fence == fence_) return false;
        if (line.blank) return false;
        if (line.heading != 0) return true;
        if (line.bullet) return outer_ < 0 || line.indent <= outer_;
        return (after_gap_ || after_heading_) && (outer_ < 0 || line.indent <= outer_);
    }
    int outer_ = -1, fence_ = 0;
    bool after_gap_ = true, after_heading_ = false;
};

/// The underline of a heading belongs to it.
bool is_underline(const Lines& lines, std::size_t i) {
    if (i == 0 || lines[i - 1].heading == 0 || lines[i].text.empty()) return false;
    const std::string_view plain = trim(lines[i].text);
    return trim(lines[i - 1].text).front() != '#' && !plain.empty() &&
           plain.find_first_not_of(plain.front()) == std::string_view::npos &&
           (plain.front() == '=' || plain.front() == '-');
}

std::string clean(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    return to_utf8(replace_all(std::string(text), "\r\n", "\n"));
}

/// Whoever writes <!-- … --> does not expect it to be read out. One that is never closed is text.
std::string without_comments(std::string text) {
    for (std::size_t at = text.find("<!--"); at != std::string::npos; at = text.find("<!--", at)) {
        const std::size_t end = text.find("-->", at + 4);
        if (end == std::string::npos) break;
        text.erase(at, end + 3 - at);
    }
    return text;
}

Result<std::string> read_if_there(const std::string& path) {
    if (!file_exists(path)) return std::string();
    auto text = read_file(path);
    if (!text) return text.error();
    return without_comments(without_private(clean(*text)));
}

}  // namespace

std::string without_private(std::string_view markdown) {
    const Lines lines = markdown_lines(markdown);
    std::vector<bool> gone(lines.size(), false);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        bool alone = false;
        if (!is_marked(lines[i].text, alone)) continue;
        const Span span = private_span(lines, i, alone);
        for (std::size_t k = span.from; k < span.to; ++k) gone[k] = true;
    }
    std::string out;
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (!gone[i]) (out += lines[i].text) += '\n';
    if (!out.empty()) out.pop_back();  // split() has one piece more than there are line ends
    return out;
}

std::string_view without_title(std::string_view markdown) {
    const std::size_t first = markdown.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return "";
    markdown.remove_prefix(first);
    if (!markdown.starts_with("# ")) return trim(markdown);
    return trim(markdown.substr(std::min(markdown.find('\n'), markdown.size())));
}

std::string recent_end(std::string_view markdown, std::size_t budget) {
    const std::string_view whole = trim(markdown);
    const Lines lines = markdown_lines(whole);
    EntryStarts starts;
    std::string_view entry, section;  // the longest that fit
    // Counted once: before each call all of a file that grows for years is read.
    std::string_view end = whole;
    std::size_t length = utf8_length(whole);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!starts.next(lines[i]) || is_underline(lines, i)) continue;
        const auto before = static_cast<std::size_t>(lines[i].text.data() - end.data());
        length -= utf8_length(end.substr(0, before));
        end.remove_prefix(before);
        if (length > budget) continue;
        if (entry.empty()) entry = end;
        if (lines[i].heading == 0) continue;
        section = end;
        break;
    }
    const bool all = entry.size() == whole.size();
    return std::string(!all && 2 * utf8_length(section) >= budget ? section : entry);
}

std::string name_in_user(std::string_view user) {
    for (std::string_view line : split(user, '\n')) {
        std::string plain;
        for (char c : line)
            if (c != '*') plain += c;
        std::string_view rest = trim(plain);
        if (rest.starts_with("- ")) rest = trim(rest.substr(2));
        const std::size_t colon = rest.find(':');
        if (colon == std::string_view::npos) continue;
        const std::string key = to_lower(trim(rest.substr(0, colon)));
        if (key == "이름" || key == "성함" || key == "name")
            return std::string(trim(rest.substr(colon + 1)));
    }
    return "";
}

std::vector<std::string> memory_files(const std::string& workspace_dir) {
    return {workspace_dir + "/USER.md", workspace_dir + "/MEMORY.md"};
}

Result<Memory> read_memory(const std::string& workspace_dir, std::size_t budget) {
    const auto files = memory_files(workspace_dir);
    auto user = read_if_there(files[0]);
    if (!user) return user.error();
    auto memory = read_if_there(files[1]);
    if (!memory) return memory.error();
    return Memory{std::string(without_title(*user)), recent_end(without_title(*memory), budget)};
}

}  // namespace pa::agent
