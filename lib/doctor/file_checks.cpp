// The agent's files on this machine.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>

#include "agent/memory.hpp"
#include "agent/persona.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "doctor/check.hpp"
#include "store/ledger.hpp"
#include "store/recovery.hpp"

namespace pa::doctor {
namespace {

/// The folder itself, or the nearest one above it that exists.
std::string existing(const std::string& path) {
    std::filesystem::path place(path);
    std::error_code ignored;
    while (!std::filesystem::exists(place, ignored) && place.has_relative_path())
        place = place.parent_path();
    return place.string();
}

bool is_folder(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::is_directory(path, ignored);
}

void check_writable(const char* subject, const std::string& folder, Report& report) {
    const std::string place = existing(folder);
    if (!is_folder(place))
        return report.fail(subject,
                           fmt::format("{} is no folder: set {} to another one", place, subject));
    if (::access(place.c_str(), W_OK | X_OK) != 0)
        return report.fail(subject,
                           fmt::format("{} cannot be written: {}; give it to the user that runs "
                                       "the agent",
                                       place, std::strerror(errno)));
    if (place != folder)
        return report.warn(subject,
                           fmt::format("{} does not exist and will be made when it is needed: is "
                                       "that the one that is meant",
                                       folder));
    struct stat info {};
    if (::stat(place.c_str(), &info) == 0 && (info.st_mode & 077) != 0)
        return report.warn(
            subject, fmt::format("{} can be entered by others (mode {:04o}): chmod 700 {}", folder,
                                 info.st_mode & 07777, folder));
    report.ok(subject, folder);
}

/// Letters of a text, as far as they tell Korean from another language.
struct Letters {
    std::size_t hangul = 0, latin = 0;
};

Letters letters_of(std::string_view text) {
    Letters count;
    while (!text.empty()) {
        const char32_t c = take_code_point(text);
        if (c >= 0xAC00 && c <= 0xD7A3) ++count.hangul;  // whole syllables
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) ++count.latin;
    }
    return count;
}

/// Two who do not agree, and the agent answers in either language.
bool speaks_otherwise(std::string_view body, std::string_view language) {
    const Letters letters = letters_of(body);
    return language == "ko" ? letters.hangul == 0 : letters.hangul > letters.latin;
}

}  // namespace

void check_persona(Context& context, Report& report) {
    auto persona = agent::find_persona(context.settings, "");
    if (!persona) return report.fail("persona.md", persona.error().what);
    if (speaks_otherwise(persona->body, context.settings.language))
        return report.warn("persona.md",
                           fmt::format("{} is not written in LANGUAGE ({}): the agent may answer "
                                       "in either; make the two agree",
                                       persona->file, context.settings.language));
    report.ok("persona.md", fmt::format("{} is {}", persona->file, persona->name));
}

void check_memory(Context& context, Report& report) {
    const std::string& folder = context.settings.workspace_dir;
    if (!is_folder(folder))
        return report.fail("WORKSPACE_DIR",
                           fmt::format("{} is no folder: set it to the one with USER.md and "
                                       "MEMORY.md in {}",
                                       folder, context.settings.env_file));
    auto memory = agent::read_memory(folder);
    if (!memory) return report.fail("MEMORY.md", memory.error().what);
    if (!file_exists(folder + "/USER.md") && !file_exists(folder + "/MEMORY.md"))
        return report.warn("WORKSPACE_DIR",
                           fmt::format("{} has neither USER.md nor MEMORY.md: the agent knows "
                                       "nothing of its owner",
                                       folder));
    report.ok("MEMORY.md",
              fmt::format("{} characters of USER.md and {} of MEMORY.md go into a call",
                          utf8_length(memory->user), utf8_length(memory->recent)));
}

void check_folders(Context& context, Report& report) {
    const config::Settings& s = context.settings;
    check_writable("CALL_LOG_DIR", s.call_log_dir, report);
    const std::size_t slash = s.operator_socket.rfind('/');
    check_writable("OPERATOR_SOCKET", s.operator_socket.substr(0, slash), report);
}

void check_disk(Context& context, Report& report) {
    constexpr std::uint64_t scarce = 200U << 20U;  // a recorded hour of call is 58 MB
    constexpr std::uint64_t none = 10U << 20U;     // a log is some 50 KB, and others write here too
    const std::string& folder = context.settings.call_log_dir;
    auto left = context.machine.room(existing(folder));
    if (!left) return report.fail("disk", left.error().what);
    const std::string sentence = fmt::format("{} MB left for {}", *left >> 20U, folder);
    const char* remedy = ": make room, or set CALL_LOG_DIR elsewhere";
    if (*left < none) return report.fail("disk", sentence + remedy);
    if (*left < scarce) return report.warn("disk", sentence + remedy);
    report.ok("disk", sentence);
}

void check_partials(Context& context, Report& report) {
    if (auto ledger = store::load_ledger(context.settings.call_log_dir); !ledger)
        report.fail("requests", ledger.error().what);
    const auto left = store::unattended_journals(context.settings.call_log_dir);
    if (left.empty()) return report.ok("call logs", "no call was left in the middle");
    report.warn("call logs",
                fmt::format("{} call{} left in the middle ({}): pa-bridge makes a log of each "
                            "when it starts",
                            left.size(), left.size() == 1 ? " was" : "s were", left.front()));
}

}  // namespace pa::doctor
