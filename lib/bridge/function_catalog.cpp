#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "base/child_run.hpp"
#include "base/file.hpp"
#include "base/program.hpp"
#include "base/text.hpp"
#include "bridge/functions.hpp"
#include "json/document.hpp"

namespace pa::bridge {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_functions = 64;

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && name != "end_call" && name != "acknowledge" &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return is_ascii_alnum(c) || c == '_' || c == '-'; });
}

/// Changes when the file does.
std::string version_of(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return "-";
    return fmt::format("{}.{}.{}.{}", info.st_ino, info.st_size, info.st_mtime, info.st_mode);
}

Result<std::string> describe(const std::string& path, const config::Settings& settings) {
    if (file_exists(path + ".json")) return read_file(path + ".json", 64U << 10U);
    ChildOptions child;
    child.argv = {path, "--describe"};
    child.directory = settings.directory;
    child.clear_env = true;
    child.set_env = function_environment(settings);
    auto outcome = run_child(child, "", {2s, 64U << 10U, {}});
    if (!outcome) return outcome.error();
    if (outcome->end != RunOutcome::End::exited || outcome->status != 0)
        return Error{Errc::data, "--describe failed, and there is no " + path + ".json"};
    return outcome->out;
}

Result<Function> read_function(const std::string& name, const std::string& path,
                               const config::Settings& settings) {
    auto text = describe(path, settings);
    if (!text) return text.error();
    auto document = json::Document::parse(*text);
    if (!document) return document.error();
    json::Value description = document->root()["description"],
                parameters = document->root()["parameters"];
    if (description.text().empty()) return Error{Errc::data, "description: expected string"};
    if (!parameters.is_object() || parameters["type"].text() != "object")
        return Error{Errc::data, "parameters: expected a JSON Schema of type object"};
    return Function{name, path, std::string(description.text()), parameters.dump()};
}

}  // namespace

FunctionList FunctionCatalog::list(const config::Settings& settings,
                                   std::vector<std::string>& warnings) {
    FunctionList out;
    std::error_code none;
    for (const auto& entry :
         std::filesystem::directory_iterator(settings.directory + "/functions", none)) {
        std::string path = entry.path().string(), name = entry.path().filename().string();
        if (!is_name(name) || !is_executable(path)) continue;
        std::string version = version_of(path) + version_of(path + ".json");
        auto known = known_.find(path);
        if (known == known_.end() || known->second.version != version) {
            Known fresh{version, read_function(name, path, settings)};
            if (!fresh.function)
                warnings.push_back(
                    fmt::format("{} is not offered: {}", path, fresh.function.error().what));
            known = known_.insert_or_assign(path, std::move(fresh)).first;
        }
        if (known->second.function) out.push_back(*known->second.function);
    }
    std::sort(out.begin(), out.end(),
              [](const Function& a, const Function& b) { return a.name < b.name; });
    if (out.size() > most_functions) out.resize(most_functions);
    return out;
}

}  // namespace pa::bridge
