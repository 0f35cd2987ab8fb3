#include "store/recovery.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "store/partial.hpp"

namespace pa::store {
namespace {

std::vector<std::string> partials(const std::string& folder) {
    std::vector<std::string> paths;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none))
        if (std::string path = entry.path().string(); path.ends_with(partial_ending))
            paths.push_back(path);
    std::sort(paths.begin(), paths.end());
    return paths;
}

std::string stem(const std::string& path) {
    return path.substr(0, path.size() - partial_ending.size());
}

/// A journal that says nothing goes; one that we cannot read is kept for a person.
void put_aside(const std::string& path, const std::string& text, const Error& error,
               Leftovers& out) {
    if (text.find('\n') == std::string::npos) {
        ::unlink(path.c_str());
        return;
    }
    std::string aside = stem(path) + ".jsonl.broken";
    std::rename(path.c_str(), aside.c_str());
    out.problems.push_back(fmt::format("{}: {}; kept as {}", path, error.what, aside));
}

void take(const std::string& path, Leftovers& out) {
    auto file = open_partial(path, false);
    if (!file) {
        if (file.error().code != Errc::no) out.problems.push_back(file.error().what);
        return;
    }
    if (file_exists(stem(path) + ".json")) {  // killed between saving the log and removing this
        ::unlink(path.c_str());
        return;
    }
    auto text = read_file(path);
    if (!text) {
        out.problems.push_back(text.error().what);
        return;
    }
    auto log = read_journal(*text);
    if (!log) return put_aside(path, *text, log.error(), out);
    out.journals.push_back({path, std::move(*log), std::move(*file)});
}

}  // namespace

Leftovers find_leftovers(const std::string& folder) {
    Leftovers found;
    for (const std::string& path : partials(folder)) take(path, found);
    return found;
}

Result<std::string> save_leftover(Leftover leftover) {
    leftover.log.meta.recovered = true;
    std::string path = stem(leftover.path) + ".json";
    if (Status s = write_file(path, write_log(leftover.log) + "\n"); !s) return s.error();
    ::unlink(leftover.path.c_str());
    return path;
}

Recovery recover(const std::string& folder) {
    Leftovers found = find_leftovers(folder);
    Recovery done{{}, std::move(found.problems)};
    for (Leftover& leftover : found.journals) {
        auto path = save_leftover(std::move(leftover));
        if (path)
            done.logs.push_back(std::move(*path));
        else
            done.problems.push_back(path.error().what);
    }
    return done;
}

}  // namespace pa::store
