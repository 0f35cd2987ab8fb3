#include "config/front_matter.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "config/value.hpp"

namespace pa::config {
namespace {

constexpr std::string_view fence = "---";

std::string key_of(std::string_view text) {
    std::string key = to_lower(trim(text));
    std::replace(key.begin(), key.end(), '-', '_');
    return key;
}

bool is_key(std::string_view key) {
    return !key.empty() && std::all_of(key.begin(), key.end(),
                                       [](char c) { return is_ascii_alnum(c) || c == '_'; });
}

void read_line(std::string_view line, int number, FrontMatter& out) {
    line = trim(line);
    if (line.empty() || line.front() == '#') return;
    auto complain = [&](std::string what) { out.complaints.push_back({number, std::move(what)}); };
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return complain("not `key: value`");
    FrontMatter::Entry entry{key_of(line.substr(0, colon)), "", number};
    if (!is_key(entry.key)) return complain("what stands before ':' is no key");
    for (const auto& earlier : out.entries)
        if (earlier.key == entry.key) return complain(entry.key + " stands here twice");
    if (auto wrong = read_value(line.substr(colon + 1), entry.value))
        return complain(entry.key + ": " + *wrong);
    out.entries.push_back(std::move(entry));
}

}  // namespace

FrontMatter parse_front_matter(std::string_view text) {
    FrontMatter out;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const std::string plain = replace_all(std::string(text), "\r\n", "\n");
    const auto lines = split(plain, '\n');
    if (trim(lines.front()) != fence || !lines.front().starts_with(fence)) {
        out.body = trim(plain);
        return out;
    }
    std::size_t i = 1;
    for (; i < lines.size() && trim(lines[i]) != fence; ++i)
        read_line(lines[i], static_cast<int>(i) + 1, out);
    if (i == lines.size()) {
        out.complaints.push_back({1, "the front matter is never closed by a line \"---\""});
        return out;
    }
    const std::size_t body =
        static_cast<std::size_t>(lines[i].data() - plain.data()) + lines[i].size();
    out.body = trim(std::string_view(plain).substr(body));
    return out;
}

}  // namespace pa::config
