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
    // Most calls need it once: its room does not stay with them.
    if (lengths_.capacity() != 0) *this = {};
}

}  // namespace pa::call
