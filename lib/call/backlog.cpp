#include "call/backlog.hpp"

namespace pa::call {

void Backlog::push(std::string_view payload, std::size_t limit) {
    bytes_ += payload;
    lengths_.push_back(static_cast<std::uint32_t>(payload.size()));
    while (size() > limit) pop();
}

void Backlog::pop() {
    first_byte_ += lengths_[first_++];
    // Eight frames moved now and then cost less than twice the room in every call.
    if (first_ < 8) return;
    bytes_.erase(0, first_byte_);
    lengths_.erase(lengths_.begin(), lengths_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = first_byte_ = 0;
}

void Backlog::clear() {
    // A long sentence must not stay in the memory of a quiet call.
    if (bytes_.capacity() > 16384) {
        std::string().swap(bytes_);
        std::vector<std::uint32_t>().swap(lengths_);
    }
    bytes_.clear();
    lengths_.clear();
    first_ = first_byte_ = 0;
}

}  // namespace pa::call
