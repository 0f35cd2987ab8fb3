#include "store/recovery.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/temporary_file.hpp"
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
        if (file.error().code == Errc::no && file_exists(path)) out.held = true;
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
    remove_unfinished(folder);
    return find_leftovers(folder, "");
}

Leftovers find_leftovers(const std::string& folder, std::string_view call_sid) {
    Leftovers found;
    for (const std::string& path : partials(folder))
        if (call_sid.empty() || stem(path).ends_with(fmt::format("_{}", call_sid)))
            take(path, found);
    return found;
}

std::vector<std::string> unattended_journals(const std::string& folder) {
    std::vector<std::string> names = partials(folder);
    // One that its writer holds is locked.
    std::erase_if(names, [](const std::string& path) { return !open_partial(path, false); });
    return names;
}

CallLog recovered_log(const Leftover& leftover) {
    CallLog log = leftover.log;
    log.meta.recovered = true;
    auto& lines = log.record.transcript;
    std::erase_if(lines, [](const call::TranscriptLine& l) { return l.text.empty(); });
    std::stable_sort(lines.begin(), lines.end(),
                     [](const auto& a, const auto& b) { return a.start_ms < b.start_ms; });
    return log;
}

}  // namespace pa::store
