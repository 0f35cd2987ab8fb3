// Frames of the caller that may be needed later: while the model's session is not ready, and those
// of the turn that is still open, for a session that has to take over in the middle of a sentence.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pa::call {

/// Payloads one behind the other in one buffer; the oldest go when there are more than the limit.
class Backlog {
public:
    static constexpr std::size_t thirty_seconds = 1500;  // frames of 20 ms

    void push(std::string_view payload, std::size_t limit = thirty_seconds);
    void clear();
    /// The oldest frame, and dropping it; there must be one.
    [[nodiscard]] std::string_view front() const {
        return std::string_view(bytes_).substr(first_byte_, lengths_[first_]);
    }
    void pop();
    [[nodiscard]] std::size_t size() const { return lengths_.size() - first_; }

    template <class F>
    void for_each(F visit) const {
        std::size_t at = first_byte_;
        for (std::size_t i = first_; i < lengths_.size(); at += lengths_[i++])
            visit(std::string_view(bytes_).substr(at, lengths_[i]));
    }

private:
    std::string bytes_;
    std::vector<std::uint32_t> lengths_;
    std::size_t first_ = 0, first_byte_ = 0;  // what is before them is dropped already
};

}  // namespace pa::call
