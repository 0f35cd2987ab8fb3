#include "act/memory.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "base/file.hpp"
#include "base/text.hpp"

namespace pa::act {
namespace {

/// Letters and digits: blanks and points do not make another fact.
std::string letters(std::string_view text) {
    std::string out;
    for (char c : text)
        if (static_cast<unsigned char>(c) >= 0x80 || is_ascii_alnum(c)) out += ascii_lower(c);
    return out;
}

/// One line that is neither a heading nor a comment, whatever was said.
std::string plain(std::string_view text) {
    std::string out;
    for (char c : to_utf8(text)) out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    return replace_all(std::string(trim(out)), "<!--", "<! --");
}

std::string heading_of(const Civil& c, bool korean) {
    constexpr std::array<const char*, 7> ko{"일", "월", "화", "수", "목", "금", "토"};
    constexpr std::array<const char*, 7> en{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    auto day = static_cast<std::size_t>(c.weekday) % 7;
    return fmt::format("## {:04}-{:02}-{:02} ({})", c.year, c.month, c.day,
                       korean ? ko[day] : en[day]);
}

/// The last line that begins with `mark` and a blank, up to its day.
std::string last_heading(const std::string& text, std::string_view mark) {
    std::string last;
    for (std::string_view line : split(text, '\n')) {
        line = trim(line);
        if (line.starts_with(mark) && line.size() > mark.size() && line[mark.size()] == ' ')
            last = line;
        else if (mark == "###" && line.starts_with("## "))
            last.clear();  // another day began
    }
    return last;
}

std::size_t count_lines(std::string_view text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

MemoryFile::MemoryFile(std::string workspace, std::string spool, std::string language)
    : path_(std::move(workspace) + "/MEMORY.md"),
      spool_(std::move(spool)),
      language_(std::move(language)) {}

Result<std::string> MemoryFile::read() const {
    if (!file_exists(path_)) return std::string();
    return read_file(path_);
}

/// What comes behind `text`, or "".
std::string MemoryFile::addition(const std::string& text, const Memorable& m) const {
    bool korean = language_ == "ko";
    Civil c = to_civil(m.at);
    std::string known = letters(text), lines, summary;
    for (const std::string& line : m.summary) summary += (summary.empty() ? "" : " ") + plain(line);
    std::string entry = fmt::format("- {:02}:{:02} {}\n", c.hour, c.minute, summary);
    if (!summary.empty() && text.find(entry) == std::string::npos) lines += entry;
    for (const std::string& fact : m.facts) {
        std::string one = letters(fact);
        if (one.empty() || known.find(one) != std::string::npos) continue;
        known += "\n" + one;
        lines += fmt::format("- {}: {}\n", korean ? "기억" : "Remember", plain(fact));
    }
    if (lines.empty()) return "";

    std::string out = text.empty() ? "# MEMORY.md\n" : text.ends_with("\n") ? "" : "\n";
    std::string day = heading_of(c, korean), section = korean ? "### 통화 내역" : "### Calls";
    // A person may have written the weekday in another way: the date decides.
    bool same_day = last_heading(text, "##").substr(0, 13) == day.substr(0, 13);
    if (!same_day) out += "\n" + day + "\n";
    if (!same_day || last_heading(text, "###") != section) out += "\n" + section + "\n";
    return out + lines;
}

Result<bool> MemoryFile::add(const Memorable& memorable) {
    if (Status made = make_directory(spool_); !made) return made.error();
    auto lock = FileLock::acquire(spool_ + "/memory.lock");
    if (!lock) return lock.error();
    auto text = read();
    if (!text) return text.error();
    std::string more = addition(*text, memorable);
    if (more.empty()) return false;
    // Appended, not replaced: an editor that has it open, a link and its mode keep what they have.
    if (Status added = append_file(path_, more); !added) return added.error();
    return true;
}

Result<bool> MemoryFile::propose(const Memorable& memorable, const std::string& path) const {
    auto text = read();
    if (!text) return text.error();
    std::string more = addition(*text, memorable);
    if (more.empty()) return false;
    bool torn = !text->empty() && !text->ends_with("\n");
    std::size_t lines = count_lines(*text) + (torn ? 1 : 0);
    std::string body;
    if (torn) {  // the last line is written anew, with its end
        std::string last = text->substr(text->rfind('\n') + 1);
        body = "-" + last + "\n\\ No newline at end of file\n+" + last + "\n";
        more.erase(0, 1);
    }
    std::size_t added = count_lines(more) + (torn ? 1 : 0);
    for (std::string_view line : split(std::string_view(more).substr(0, more.size() - 1), '\n'))
        body += fmt::format("+{}\n", line);
    std::string from = torn ? fmt::format("{},1", lines) : fmt::format("{},0", lines);
    std::string patch = fmt::format("--- MEMORY.md\n+++ MEMORY.md\n@@ -{} +{},{} @@\n{}", from,
                                    torn ? lines : lines + 1, added, body);
    if (Status made = make_directory(path.substr(0, path.rfind('/'))); !made) return made.error();
    if (Status written = write_file(path, patch); !written) return written.error();
    return true;
}

}  // namespace pa::act
