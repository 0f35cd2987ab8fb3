// Secret: a string that does not print itself and is wiped when it goes.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace pa {

/// Holds a key or token. Printing one gives "***"; the text itself only through reveal(), at the
/// one place that sends it. The memory is overwritten on destruction and on assignment.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
    Secret& operator=(Secret other) noexcept {
        wipe();  // swapping short strings would leave the tail of the longer one
        text_.swap(other.text_);
        return *this;
    }
    ~Secret() { wipe(); }

    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
    [[nodiscard]] const std::string& reveal() const noexcept { return text_; }

private:
    void wipe() noexcept {
        text_.resize(text_.capacity());   // a moved-from short string has its bytes beyond its size
        volatile char* p = text_.data();  // volatile: the compiler may not drop these writes
        for (std::size_t i = 0; i < text_.size(); ++i) p[i] = 0;
        text_.clear();
    }
    std::string text_;
};

}  // namespace pa

template <>
struct fmt::formatter<pa::Secret> : fmt::formatter<std::string_view> {
    template <class Context>
    auto format(const pa::Secret& s, Context& context) const {
        return fmt::formatter<std::string_view>::format(s.empty() ? "" : "***", context);
    }
};
