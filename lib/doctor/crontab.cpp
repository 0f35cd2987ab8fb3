#include "doctor/crontab.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace pa::doctor {
namespace {

constexpr std::string_view blanks = " \t";

template <std::size_t n>
bool is_one_of(std::string_view word, const std::array<std::string_view, n>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool is_shell(std::string_view program) {
    static constexpr std::array<std::string_view, 5> shells{"sh", "bash", "dash", "ksh", "zsh"};
    return is_one_of(base_name(program), shells);
}

bool is_tool(std::string_view word) {
    return base_name(word) == "pa-act" || base_name(word) == "pa-dial";
}

/// Behind these stands another command.
bool is_reserved(std::string_view word) {
    static constexpr std::array<std::string_view, 9> reserved{"if", "then",  "elif", "else", "do",
                                                              "!",  "while", "{",    "time"};
    return is_one_of(word, reserved);
}

/// These start the program that is named among their arguments.
bool is_wrapper(std::string_view program) {
    static constexpr std::array<std::string_view, 14> wrappers{
        "env",  "nice",    "ionice", "timeout",     "flock",      "nohup",           "setsid",
        "exec", "chronic", "sudo",   "systemd-run", "caffeinate", "systemd-inhibit", "systemd-cat"};
    return is_one_of(base_name(program), wrappers);
}

bool is_assignment(std::string_view word) {
    const std::size_t equals = word.find('=');
    return equals != std::string_view::npos && equals > 0 && !is_digit(word.front()) &&
           std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals),
                       [](char c) { return is_ascii_alnum(c) || c == '_'; });
}

/// Words of one command after the other, as a shell sees them. Nothing is expanded, and what stands
/// in $(…) is not looked at.
class Shell {
public:
    explicit Shell(CronEntry& entry) : entry_(entry) {}

    /// Returns the text without its comment.
    std::string_view read(std::string_view text) {
        std::vector<std::string> command;
        std::string word;
        bool in_word = false;
        char quote = 0;
        auto end_word = [&] {
            if (in_word) command.push_back(std::move(word));
            word.clear();
            in_word = false;
        };
        for (std::size_t i = 0; i < text.size(); ++i) {
            const char c = text[i];
            const char next = i + 1 < text.size() ? text[i + 1] : '\0';
            if (c == '\\' && quote != '\'' && next != '\0') {
                word += next, in_word = true, ++i;
            } else if (quote != 0 && c == quote) {
                quote = 0;
            } else if (quote != 0) {
                word += c;
            } else if (c == '\'' || c == '"') {
                quote = c, in_word = true;
            } else if (c == '#' && !in_word) {
                text = text.substr(0, i);
            } else if (blanks.find(c) != std::string_view::npos) {
                end_word();
            } else if (c == '&' && (next == '>' || (in_word && word.ends_with('>')))) {
                word += c, in_word = true;  // of 2>&1, &>
            } else if (std::string_view(";&|()\n`").find(c) != std::string_view::npos) {
                end_word();
                end_command(command);
            } else {
                word += c, in_word = true;
            }
        }
        end_word();
        end_command(command);
        return text;
    }

private:
    void end_command(std::vector<std::string>& command) {
        entry_.words.insert(entry_.words.end(), command.begin(), command.end());
        std::size_t at = 0;
        while (at < command.size()) {
            const std::string& word = command[at];
            const bool redirection = word.find_first_of("<>") != std::string::npos;
            if (!redirection && !is_reserved(word) && !is_assignment(word)) break;
            at += redirection && (word.ends_with('>') || word.ends_with('<')) ? 2 : 1;
        }
        start(command, at);
        command.clear();
    }

    void start(const std::vector<std::string>& command, std::size_t at) {
        if (at >= command.size()) return;
        const std::string& program = command[at];
        entry_.programs.push_back(program);
        if (program == "." || program == "source") entry_.sets_path = true;
        if (is_shell(program)) return start_shell(command, at);
        if (!is_wrapper(program)) return;
        while (++at < command.size())
            if (is_tool(command[at]) || is_shell(command[at])) return start(command, at);
    }

    void start_shell(const std::vector<std::string>& command, std::size_t at) {
        bool text_follows = false;
        while (++at < command.size() && command[at].starts_with('-')) {
            const std::string& option = command[at];
            if (option == "--login" ||
                (!option.starts_with("--") && option.find_first_of("li") != std::string::npos))
                entry_.sets_path = true;  // by a profile
            if (!option.starts_with("--") && option.ends_with('c')) text_follows = true;
        }
        if (at < command.size() && text_follows) (void)read(command[at]);
    }

    CronEntry& entry_;
};

/// What the shell gets: the rest behind a % is given to it on stdin, and \% is a %.
std::string command_of(std::string_view text) {
    std::string command;
    for (std::size_t i = 0; i < text.size() && text[i] != '%'; ++i) {
        if (text.substr(i, 2) == "\\%") ++i;
        command += text[i];
    }
    return command;
}

CronEntry read_entry(std::string_view line) {
    CronEntry entry;
    for (std::size_t fields = line.starts_with('@') ? 1 : 5; fields > 0 && !line.empty();
         --fields) {
        const std::size_t end = std::min(line.find_first_of(blanks), line.size());
        entry.when.append(entry.when.empty() ? "" : " ").append(line.substr(0, end));
        line = trim(line.substr(end));
    }
    const std::string command = command_of(line);
    entry.command = trim(Shell(entry).read(command));
    if (entry.command.find("PATH=") != std::string::npos) entry.sets_path = true;
    return entry;
}

/// The variable that a line such as `PATH = "/bin"` sets.
std::string_view variable_of(std::string_view line) {
    std::string_view name = trim(line.substr(0, line.find('=')));
    if (name.size() > 1 && name.front() == name.back() &&
        (name.front() == '"' || name.front() == '\''))
        name = name.substr(1, name.size() - 2);
    return name;
}

}  // namespace

bool CronEntry::starts(std::string_view tool) const {
    return std::any_of(programs.begin(), programs.end(),
                       [&](const std::string& program) { return base_name(program) == tool; });
}

bool CronEntry::has_word(std::string_view word) const {
    return std::find(words.begin(), words.end(), word) != words.end();
}

Crontab read_crontab(std::string_view text) {
    Crontab crontab;
    for (std::string_view line : split(text, '\n')) {
        line = trim(line);
        if (line.find_first_of("*@0123456789") == 0)
            crontab.entries.push_back(read_entry(line));
        else if (!line.starts_with('#') && line.find('=') != std::string_view::npos)
            crontab.sets_path |= variable_of(line) == "PATH" || variable_of(line) == "BASH_ENV";
    }
    return crontab;
}

}  // namespace pa::doctor
