// TODO.md of the workspace: a Markdown check list that people and programs edit.
//
//     - [ ] 우유 사기 <!-- id: 0123456789abcdef -->
//     - [x] 치과 예약 (2026-03-02) <!-- id: … -->
//
// Everything else in it stays as it is, to the byte.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace pa::act {

struct TodoItem {
    std::string text;  // without the mark and the comment
    std::string id;    // or ""
    bool done = false;
};

/// Where it is put is at the end of the list that the file ends with, or of the file.
class TodoList {
public:
    /// `workspace`: where TODO.md is or will be. `spool`: for the lock.
    TodoList(std::string workspace, std::string spool);

    enum class Added { added, there, same };
    /// `there`: an item of that id, ticked or not. `same`: an open item with the same words.
    /// Errc::io names the file.
    [[nodiscard]] Result<Added> add(std::string_view text, std::string_view id);
    [[nodiscard]] Result<std::vector<TodoItem>> read() const;
    /// Ticks the open item whose words are `text`, else the only one that contains them. nullopt if
    /// there is none, or more than one.
    [[nodiscard]] Result<std::optional<TodoItem>> tick(std::string_view text);
    /// Takes the line of that id out. False if there is none.
    [[nodiscard]] Result<bool> remove(std::string_view id);

private:
    template <class Change>
    [[nodiscard]] Status change(Change&& with);
    std::string path_, spool_;
};

/// One line, without its end, or nullopt if it is no item.
[[nodiscard]] std::optional<TodoItem> read_todo_line(std::string_view line);
[[nodiscard]] std::string write_todo_line(const TodoItem& item);

}  // namespace pa::act
