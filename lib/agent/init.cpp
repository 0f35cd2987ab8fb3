#include "agent/init.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>

#include "base/file.hpp"
#include "config/directory.hpp"

namespace pa::agent {
namespace {

constexpr std::string_view user_template =
    "# USER.md - About Your Human\n"
    "<!-- 전화 AI가 주인과 통화할 때 읽는 프로필입니다. 항목이나 절에 phone: no 표시(주석)를 달면 "
    "그 부분은\n"
    "     전화 AI에게 주지 않습니다. 쓰는 법은 phone-agent(7)에 있습니다. -->\n"
    "\n"
    "## 기본 정보\n"
    "- **이름:**\n"
    "- **호칭:**\n"
    "- **타임존:** Asia/Seoul\n"
    "\n"
    "## 관심 분야\n"
    "\n"
    "## 주요 활동\n";

std::string memory_template(const Civil& today) {
    constexpr std::string_view days[] = {"일", "월", "화", "수", "목", "금", "토"};
    return fmt::format(
        "# MEMORY.md - 장기 기억\n\n## {:04}-{:02}-{:02} ({})\n\n### 작업 내역\n- phone-agent "
        "설치\n",
        today.year, today.month, today.day, days[static_cast<std::size_t>(today.weekday) % 7]);
}

/// Collects what is made; the first failure stays and stops the rest.
class Maker {
public:
    explicit Maker(std::string directory) : directory_(std::move(directory)) {}

    void folder(const std::string& name) {
        const std::string path = name.empty() ? directory_ : directory_ + "/" + name;
        if (error_ || there(path)) return;
        if (Status made = make_directory(path, 0700); !made) return fail(made.error());
        made_.push_back(path);
    }
    void file(const std::string& name, const Result<std::string>& text) {
        const std::string path = directory_ + "/" + name;
        if (error_ || there(path)) return;
        if (!text) return fail(text.error());
        if (Status made = write_file(path, *text, 0600); !made) return fail(made.error());
        made_.push_back(path);
    }
    void link(const std::string& name, const std::string& target) {
        const std::string path = directory_ + "/" + name;
        if (error_ || there(path)) return;
        if (::symlink(target.c_str(), path.c_str()) != 0)
            return fail({Errc::io, fmt::format("{}: cannot link: {}", path, std::strerror(errno))});
    }
    Result<std::vector<std::string>> finish() && {
        if (error_) return *error_;
        return std::move(made_);
    }

private:
    /// lstat: a dangling link is somebody's, too.
    static bool there(const std::string& path) {
        struct stat info {};
        return ::lstat(path.c_str(), &info) == 0;
    }
    void fail(Error error) { error_ = Error{Errc::io, std::move(error.what)}; }

    std::string directory_;
    std::vector<std::string> made_;
    std::optional<Error> error_;
};

Result<std::string> shipped(const std::string& path) {
    auto share = config::share_directory();
    if (!share) return share.error();
    return read_file(*share + "/" + path);
}

/// Installed beside the personas; in a source tree it is the .env.example at the top.
Result<std::string> env_example() {
    auto share = config::share_directory();
    if (!share) return share.error();
    const std::string installed = *share + "/env.example";
    return read_file(file_exists(installed) ? installed : *share + "/../.env.example");
}

/// Paths, in order of name.
std::vector<std::string> shipped_functions() {
    std::vector<std::string> paths;
    auto share = config::share_directory();
    std::error_code none;
    if (share)
        for (const auto& entry : std::filesystem::directory_iterator(*share + "/functions", none))
            paths.push_back(entry.path().string());
    std::sort(paths.begin(), paths.end());
    return paths;
}

}  // namespace

Result<std::vector<std::string>> init_agent(const std::string& directory, const Civil& today) {
    Maker maker(config::absolute_path(directory));
    maker.folder("");
    maker.file(".env", env_example());
    maker.file("persona.md", shipped("personas/default.md"));
    maker.file("USER.md", std::string(user_template));
    maker.file("MEMORY.md", memory_template(today));
    for (const char* name : {"personas", "functions", "handlers", "call_logs", "spool", "run"})
        maker.folder(name);
    for (const std::string& function : shipped_functions())
        maker.link("functions/" + function.substr(function.rfind('/') + 1), function);
    return std::move(maker).finish();
}

}  // namespace pa::agent
