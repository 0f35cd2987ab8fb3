#include "base/program.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <filesystem>
#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

#include "base/text.hpp"

namespace pa {

std::string executable_folder() {
    std::error_code none;
#ifdef __APPLE__
    char typed[PATH_MAX];
    uint32_t size = sizeof typed;
    if (::_NSGetExecutablePath(typed, &size) != 0) return "";
    auto self = std::filesystem::canonical(typed, none);
#else
    auto self = std::filesystem::read_symlink("/proc/self/exe", none);
#endif
    return none ? "" : self.parent_path().string();
}

std::string path_with_tools() {
    const char* set = std::getenv("PATH");
    std::string path = set == nullptr || *set == '\0' ? "/usr/local/bin:/usr/bin:/bin" : set;
    std::string own = executable_folder();
    return own.empty() ? path : path + ":" + own;
}

std::string find_tool(const std::string& name) {
    const char* path = std::getenv("PATH");
    for (std::string_view folder : split(path == nullptr ? "" : path, ':'))
        if (std::string file = std::string(folder) + "/" + name; is_executable(file)) return file;
    std::string beside = executable_folder() + "/" + name;
    return is_executable(beside) ? beside : name;
}

bool is_executable(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
           ::access(path.c_str(), X_OK) == 0;
}

}  // namespace pa
