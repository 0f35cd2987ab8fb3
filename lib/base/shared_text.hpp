// Long text that many hold at the same time and nobody changes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pa {

/// A text in sections, each of which is in memory once, however many texts have it: the prompts of
/// a bridge's calls are alike but for a few lines. From any thread; made and dropped with a call,
/// not on the way of its audio.
class SharedText {
public:
    SharedText() = default;
    /// A section begins with a heading ("# …" at the begin of a line).
    SharedText(std::string_view whole);
    SharedText(const std::string& whole) : SharedText(std::string_view(whole)) {}
    SharedText(const char* whole) : SharedText(std::string_view(whole)) {}

    /// The whole text, byte for byte.
    [[nodiscard]] std::string str() const;
    [[nodiscard]] bool empty() const { return sections_.empty(); }
    /// Equal texts have the same sections.
    bool operator==(const SharedText&) const = default;

    /// How many different sections there are in all texts.
    [[nodiscard]] static std::size_t sections_held();

private:
    struct Section;
    std::vector<std::shared_ptr<const Section>> sections_;
};

}  // namespace pa
