#include "sim/recorded_answers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "json/document.hpp"

namespace pa::sim {

std::string bare(std::string_view text) {
    std::string out;
    for (char c : text)
        if (is_ascii_alnum(c) || static_cast<unsigned char>(c) >= 0x80) out += ascii_lower(c);
    return out;
}

Result<RecordedAnswers> RecordedAnswers::parse(std::string_view lines, const std::string& file) {
    RecordedAnswers all;
    int number = 0;
    for (std::string_view line : split(lines, '\n')) {
        ++number;
        if (trim(line).empty()) continue;
        auto doc = json::Document::parse(line);
        Entry entry;
        if (doc) {
            doc->root()["match"].for_each(
                [&](json::Value v) { entry.match.push_back(bare(v.text())); });
            doc->root()["answers"].for_each(
                [&](json::Value v) { entry.contents.emplace_back(v.text()); });
        }
        if (entry.match.empty() || entry.contents.empty())
            return Error{
                Errc::data,
                fmt::format("{}:{}: expected {{\"match\":[…],\"answers\":[…]}}", file, number)};
        all.entries_.push_back(std::move(entry));
    }
    return all;
}

const std::string* RecordedAnswers::next(std::string_view question) {
    std::string text = bare(question);
    Entry* best = nullptr;
    std::size_t most = 0;
    for (Entry& entry : entries_) {
        std::size_t size = 1;
        for (const std::string& words : entry.match)
            size = size == 0 || text.find(words) == std::string::npos ? 0 : size + words.size();
        if (size > most) {
            most = size;
            best = &entry;
        }
    }
    if (best == nullptr) return nullptr;
    return &best->contents[std::min(best->asked++, best->contents.size() - 1)];
}

}  // namespace pa::sim
