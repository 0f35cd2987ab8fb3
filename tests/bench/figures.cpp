#include "bench/figures.hpp"

#include <dirent.h>
#include <fmt/format.h>

#include <cstdio>
#include <cstring>
#include <string>

namespace pa::bench {

double Samples::percentile(double part) {
    if (values_.empty()) return 0;
    auto at = static_cast<std::size_t>(part * static_cast<double>(values_.size() - 1));
    std::nth_element(values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(at),
                     values_.end());
    return static_cast<double>(values_[at]) / 1e6;
}

namespace {

// The first number of a thread's schedstat is the time on a CPU [ns].
Nanos cpu_of_threads(int pid) {
    std::string folder = fmt::format("/proc/{}/task", pid);
    DIR* tasks = ::opendir(folder.c_str());
    if (tasks == nullptr) return 0;
    Nanos sum = 0;
    while (const dirent* task = ::readdir(tasks)) {
        if (task->d_name[0] == '.') continue;
        std::FILE* file =
            std::fopen(fmt::format("{}/{}/schedstat", folder, task->d_name).c_str(), "r");
        if (file == nullptr) continue;
        Nanos ns = 0;
        if (std::fscanf(file, "%ld", &ns) == 1) sum += ns;
        std::fclose(file);
    }
    ::closedir(tasks);
    return sum;
}

}  // namespace

Usage usage_of(int pid) {
    Usage usage;
    if (pid == 0) return usage;
    usage.cpu = cpu_of_threads(pid);
    std::FILE* file = std::fopen(fmt::format("/proc/{}/status", pid).c_str(), "r");
    if (file == nullptr) return usage;
    char line[256];
    while (std::fgets(line, sizeof line, file) != nullptr)
        if (std::sscanf(line, "RssAnon: %ld", &usage.anonymous_kb) == 1) break;
    std::fclose(file);
    return usage;
}

}  // namespace pa::bench
