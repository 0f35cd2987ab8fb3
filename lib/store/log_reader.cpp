#include "store/log_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/file.hpp"
#include "base/text.hpp"
#include "store/facts.hpp"
#include "store/ledger.hpp"
#include "store/partial.hpp"

namespace pa::store {
namespace {

constexpr std::size_t behind_the_end = 16;  // zero bytes that the parser wants

bool is_ledger(std::string_view path) { return path.substr(path.rfind('/') + 1) == ledger_name; }

}  // namespace

std::vector<std::string> log_names(const std::vector<std::string>& arguments) {
    std::vector<std::string> names;
    for (const std::string& argument : arguments) {
        std::error_code none;
        if (!std::filesystem::is_directory(argument, none)) {
            if (!is_ledger(argument)) names.push_back(argument);
            continue;
        }
        std::size_t first = names.size();
        const std::filesystem::directory_iterator folder(argument, none);
        if (none) names.push_back(argument);
        for (const auto& entry : folder)
            if (is_log_name(entry.path().string())) names.push_back(entry.path().string());
        std::sort(names.begin() + static_cast<std::ptrdiff_t>(first), names.end());
    }
    return names;
}

std::string log_of_call(const std::string& folder, std::string_view call_sid) {
    if (!is_plain_sid(call_sid)) return "";
    const std::string log = fmt::format("_{}.json", call_sid);
    const std::string journal = fmt::format("_{}{}", call_sid, partial_ending);
    std::string found;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with('.')) continue;  // not written yet
        if (name.ends_with(log)) return entry.path().string();
        if (name.ends_with(journal)) found = entry.path().string();
    }
    return found;
}

std::string log_of_line(std::string_view line) {
    std::string text(trim(line));
    if (is_ledger(text)) return "";
    if (text.starts_with("{"))
        if (auto call = json::Document::parse(text))
            if (auto log = call->root()["log"].text(); !log.empty()) return std::string(log);
    return text;
}

Error missing_log(const std::string& path) {
    std::string folder = std::filesystem::path(path).parent_path().string();
    std::error_code none;
    if (folder.empty()) folder = std::filesystem::current_path(none).string();
    const bool pattern = path.find_first_of("*?[") != std::string::npos;
    if (pattern && !path.ends_with(".json"))
        return {Errc::data, path + ": no file has such a name; call logs end in .json"};
    return {Errc::data,
            fmt::format("{}: no {} in {}", path, pattern ? "call logs" : "such file", folder)};
}

Result<CallLog> LogReader::load(const std::string& input) {
    const bool itself = input.starts_with("{");
    if (itself) {
        buffer_ = input;
    } else {
        if (!file_exists(input)) return missing_log(input);
        if (Status read = read_file_into(input, buffer_, largest_log); !read) return read.error();
    }
    const std::size_t size = buffer_.size();
    buffer_.append(behind_the_end, '\0');
    auto root = parser_.parse_strictly_in_place({buffer_.data(), size});
    auto log = root ? read_log(*root) : Result<CallLog>(root.error());
    return log ? std::move(log) : log.error().in(itself ? "a log on stdin" : input);
}

}  // namespace pa::store
