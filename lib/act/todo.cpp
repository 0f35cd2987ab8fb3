#include "act/todo.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "base/file.hpp"
#include "base/text.hpp"

namespace pa::act {
namespace {

/// Letters and digits: how people say the same thing does not depend on blanks and points.
std::string letters(std::string_view text) {
    std::string out;
    for (char c : text)
        if (static_cast<unsigned char>(c) >= 0x80 || is_ascii_alnum(c)) out += ascii_lower(c);
    return out;
}

/// One line that cannot end the comment or the item.
std::string plain(std::string_view text) {
    std::string out;
    for (char c : to_utf8(text)) out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    return replace_all(std::string(trim(out)), "<!--", "<! --");
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::string_view l : split(text, '\n')) lines.emplace_back(l);
    if (lines.back().empty()) lines.pop_back();  // the end of the last line
    return lines;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& l : lines) text += l + "\n";
    return text;
}

/// A link stays one, and a mode stays as it is.
Status replace_file(const std::string& path, const std::string& text) {
    std::error_code none;
    auto real = std::filesystem::canonical(path, none);
    std::string target = none ? path : real.string();
    struct stat info {};
    mode_t mode = ::stat(target.c_str(), &info) == 0 ? info.st_mode & 0777U : 0600;
    return write_file(target, text, mode);
}

}  // namespace

std::optional<TodoItem> read_todo_line(std::string_view line) {
    std::string_view rest = trim(line);
    if (rest.size() < 5 || (rest[0] != '-' && rest[0] != '*' && rest[0] != '+'))
        return std::nullopt;
    rest = trim(rest.substr(1));
    if (rest.size() < 3 || rest[0] != '[' || rest[2] != ']') return std::nullopt;
    TodoItem item;
    item.done = rest[1] == 'x' || rest[1] == 'X';
    if (!item.done && rest[1] != ' ') return std::nullopt;
    rest = trim(rest.substr(3));
    if (std::size_t comment = rest.rfind("<!-- id: "); comment != std::string_view::npos) {
        std::string_view id = rest.substr(comment + 9);
        item.id = trim(id.substr(0, id.find("-->")));
        rest = trim(rest.substr(0, comment));
    }
    item.text = rest;
    return item;
}

std::string write_todo_line(const TodoItem& item) {
    std::string line = fmt::format("- [{}] {}", item.done ? 'x' : ' ', plain(item.text));
    if (!item.id.empty()) line += fmt::format(" <!-- id: {} -->", item.id);
    return line;
}

TodoList::TodoList(std::string workspace, std::string spool)
    : path_(std::move(workspace) + "/TODO.md"), spool_(std::move(spool)) {}

/// `with` changes the lines and returns true if they are to be written.
template <class Change>
Status TodoList::change(Change&& with) {
    if (Status made = make_directory(spool_); !made) return made;
    auto lock = FileLock::acquire(spool_ + "/todo.lock");
    if (!lock) return lock.error();
    std::vector<std::string> lines;
    if (file_exists(path_)) {
        auto text = read_file(path_);
        if (!text) return text.error();
        lines = lines_of(*text);
    } else {
        lines = {"# TODO.md", ""};
    }
    if (!with(lines)) return Done{};
    return replace_file(path_, joined(lines));
}

Result<TodoList::Added> TodoList::add(std::string_view text, std::string_view id) {
    Added result = Added::added;
    TodoItem item{plain(text), std::string(id), false};
    Status changed = change([&](std::vector<std::string>& lines) {
        for (const std::string& l : lines) {
            auto other = read_todo_line(l);
            if (!other) continue;
            if (!id.empty() && other->id == id) result = Added::there;
            if (result == Added::added && !other->done &&
                letters(other->text) == letters(item.text))
                result = Added::same;
        }
        if (result == Added::added) lines.push_back(write_todo_line(item));
        return result == Added::added;
    });
    if (!changed) return changed.error();
    return result;
}

Result<std::vector<TodoItem>> TodoList::read() const {
    std::vector<TodoItem> items;
    if (!file_exists(path_)) return items;
    auto text = read_file(path_);
    if (!text) return text.error();
    for (const std::string& l : lines_of(*text))
        if (auto item = read_todo_line(l)) items.push_back(std::move(*item));
    return items;
}

Result<std::optional<TodoItem>> TodoList::tick(std::string_view text) {
    std::optional<TodoItem> ticked;
    std::string wanted = letters(text);
    Status changed = change([&](std::vector<std::string>& lines) {
        std::vector<std::string*> same, like;
        for (std::string& l : lines) {
            auto item = read_todo_line(l);
            if (!item || item->done || wanted.empty()) continue;
            std::string words = letters(item->text);
            if (words == wanted) same.push_back(&l);
            if (words.find(wanted) != std::string::npos) like.push_back(&l);
        }
        if (same.empty() && like.size() == 1) same = like;
        if (same.empty()) return false;
        ticked = read_todo_line(*same.front());
        (*same.front())[same.front()->find("[ ]") + 1] = 'x';
        ticked->done = true;
        return true;
    });
    if (!changed) return changed.error();
    return ticked;
}

Result<bool> TodoList::remove(std::string_view id) {
    bool removed = false;
    Status changed = change([&](std::vector<std::string>& lines) {
        auto gone = std::remove_if(lines.begin(), lines.end(), [&](const std::string& l) {
            auto item = read_todo_line(l);
            return item && item->id == id;
        });
        removed = gone != lines.end();
        lines.erase(gone, lines.end());
        return removed;
    });
    if (!changed) return changed.error();
    return removed;
}

}  // namespace pa::act
