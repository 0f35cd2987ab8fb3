#include "config/directory.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/file.hpp"
#include "base/program.hpp"

namespace pa::config {
namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

bool is_folder(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

bool is_file(const std::string& path) { return file_exists(path) && !is_folder(path); }

/// What cannot be looked into is not taken for empty, or for missing.
Result<std::string> open_to_us(std::string folder) {
    struct stat info {};
    const bool closed = ::stat(folder.c_str(), &info) == 0
                            ? S_ISDIR(info.st_mode) && ::access(folder.c_str(), X_OK) != 0
                            : errno == EACCES;
    if (closed) return Error{Errc::io, fmt::format("{}: {}", folder, std::strerror(EACCES))};
    return folder;
}

Result<std::string> named_folder(std::string_view path, std::string_view named_by) {
    auto open = open_to_us(absolute_path(path));
    if (!open) return open;
    const std::string& folder = *open;
    if (is_folder(folder)) return folder;
    return Error{Errc::config, fmt::format("{}: no such folder (named by {}; `pa-doctor --init {}` "
                                           "makes a new agent)",
                                           folder, named_by, path)};
}

Result<std::string> first_that_exists(const std::vector<std::string>& places,
                                      std::string_view what) {
    std::string looked;
    for (const auto& place : places) {
        if (is_file(place)) return place;
        if (looked != place) looked += (looked.empty() ? "" : ", ") + place;
    }
    return Error{Errc::config, fmt::format("{}: not found (looked for {})", what, looked)};
}

}  // namespace

std::string absolute_path(std::string_view path) {
    std::error_code error;
    const auto here = std::filesystem::current_path(error).string();
    std::string whole = std::filesystem::path(resolve_path(here, path.empty() ? "." : path))
                            .lexically_normal()
                            .string();
    while (whole.size() > 1 && whole.back() == '/') whole.pop_back();
    return whole;
}

Result<std::string> find_agent_directory(std::string_view typed) {
    if (!typed.empty()) return named_folder(typed, "-C");
    if (auto named = environment("PA_AGENT_DIR"); !named.empty())
        return named_folder(named, "PA_AGENT_DIR");
    if (file_exists(".env")) return absolute_path(".");
    auto base = environment("XDG_CONFIG_HOME");
    return open_to_us(absolute_path((base.empty() ? "~/.config" : base) + "/phone-agent"));
}

Result<std::string> share_directory() {
    if (auto named = environment("PA_SHARE_DIR"); !named.empty())
        return named_folder(named, "PA_SHARE_DIR");
    const std::string here = executable_folder();
    for (const char* place : {"/../share/phone-agent", "/../../share", "/../share"})
        if (is_folder(here + place + "/personas")) return absolute_path(here + place);
    return Error{Errc::io,
                 fmt::format("the shipped files are not beside {}: set PA_SHARE_DIR to the "
                             "folder that holds personas/",
                             here)};
}

Result<std::string> find_persona_file(const std::string& agent_directory,
                                      std::string_view name_or_file) {
    const std::string name(name_or_file);
    if (name.find('/') != std::string::npos || name.ends_with(".md"))
        return first_that_exists({absolute_path(name), resolve_path(agent_directory, name)},
                                 "persona " + name);
    std::vector<std::string> places{name.empty() ? agent_directory + "/persona.md"
                                                 : agent_directory + "/personas/" + name + ".md"};
    // Before each call: where the shipped ones are is looked up only if they are needed.
    if (is_file(places.front())) return places.front();
    if (auto share = share_directory())
        places.push_back(*share + "/personas/" + (name.empty() ? "default" : name) + ".md");
    return first_that_exists(places, name.empty() ? "the persona" : "persona \"" + name + "\"");
}

}  // namespace pa::config
