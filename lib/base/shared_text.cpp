#include "base/shared_text.hpp"

#include <mutex>
#include <unordered_map>

namespace pa {
namespace {

/// Of a text that is nothing but headings the rest is one section.
constexpr std::size_t most_sections = 32;

}  // namespace

struct SharedText::Section {
    explicit Section(std::string_view t) : text(t) {}
    ~Section();
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;
    static std::shared_ptr<const Section> of(std::string_view text);

    const std::string text;

    /// Views of their texts. A section that is being destroyed in another thread may still stand
    /// there.
    struct Known {
        std::mutex mutex;
        std::unordered_map<std::string_view, std::weak_ptr<const Section>> sections;
    };
    static Known& known();
};

/// Never destroyed: a text may outlive everything else.
SharedText::Section::Known& SharedText::Section::known() {
    static Known& all = *new Known;
    return all;
}

std::shared_ptr<const SharedText::Section> SharedText::Section::of(std::string_view text) {
    std::lock_guard lock(known().mutex);
    auto& sections = known().sections;
    auto there = sections.find(text);
    if (there != sections.end()) {
        if (auto section = there->second.lock()) return section;
        sections.erase(there);
    }
    auto section = std::make_shared<const Section>(text);
    sections.emplace(section->text, section);
    return section;
}

SharedText::Section::~Section() {
    std::lock_guard lock(known().mutex);
    auto there = known().sections.find(text);
    // Another one may have taken its place.
    if (there != known().sections.end() && there->first.data() == text.data())
        known().sections.erase(there);
}

SharedText::SharedText(std::string_view whole) {
    while (!whole.empty()) {
        const bool last = sections_.size() + 1 == most_sections;
        const std::size_t heading = last ? std::string_view::npos : whole.find("\n# ");
        const std::size_t end = heading == std::string_view::npos ? whole.size() : heading + 1;
        sections_.push_back(Section::of(whole.substr(0, end)));
        whole.remove_prefix(end);
    }
    sections_.shrink_to_fit();
}

std::string SharedText::str() const {
    std::string whole;
    for (const auto& section : sections_) whole += section->text;
    return whole;
}

std::size_t SharedText::sections_held() {
    std::lock_guard lock(Section::known().mutex);
    return Section::known().sections.size();
}

}  // namespace pa
