#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
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

void check_writable(const char* subject, const std::string& folder, Report& report) {
    const std::string place = existing(folder);
    if (::access(place.c_str(), W_OK | X_OK) != 0)
        return report.fail(subject,
                           fmt::format("{} cannot be written: {}; give it to the user that runs "
                                       "the agent",
                                       place, std::strerror(errno)));
    struct stat info {};
    if (place == folder && ::stat(place.c_str(), &info) == 0 && (info.st_mode & 077) != 0)
        return report.warn(
            subject, fmt::format("{} can be entered by others (mode {:04o}): chmod 700 {}", folder,
                                 info.st_mode & 07777, folder));
    report.ok(subject, folder);
}

}  // namespace

void check_persona(const Context& context, Report& report) {
    auto persona = agent::find_persona(context.settings, "");
    if (!persona) return report.fail("persona.md", persona.error().what);
    report.ok("persona.md", fmt::format("{} is {}", persona->file, persona->name));
}

void check_memory(const Context& context, Report& report) {
    auto memory = agent::read_memory(context.settings.workspace_dir);
    if (!memory) return report.fail("MEMORY.md", memory.error().what);
    report.ok("MEMORY.md",
              fmt::format("{} characters of USER.md and {} of MEMORY.md go into a call",
                          utf8_length(memory->user), utf8_length(memory->recent)));
}

void check_folders(const Context& context, Report& report) {
    const config::Settings& s = context.settings;
    check_writable("CALL_LOG_DIR", s.call_log_dir, report);
    const std::size_t slash = s.operator_socket.rfind('/');
    check_writable("OPERATOR_SOCKET", s.operator_socket.substr(0, slash), report);
}

void check_disk(const Context& context, Report& report) {
    constexpr std::uintmax_t scarce = 200U << 20U;  // a recorded hour of call is 58 MB
    struct statvfs info {};
    const std::string place = existing(context.settings.call_log_dir);
    if (::statvfs(place.c_str(), &info) != 0)
        return report.fail("disk", fmt::format("{}: {}", place, std::strerror(errno)));
    const std::uintmax_t left = std::uintmax_t{info.f_bavail} * info.f_frsize;
    const std::string sentence =
        fmt::format("{} MB left for {}", left >> 20U, context.settings.call_log_dir);
    if (left < scarce)
        return report.warn("disk", sentence + ": make room, or set CALL_LOG_DIR elsewhere");
    report.ok("disk", sentence);
}

}  // namespace pa::doctor
