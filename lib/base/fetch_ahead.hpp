// Memory that is about to be looked at, asked for before it is.
#pragma once

#include <cstddef>

namespace pa {

/// Asks the processor for `size` bytes from `from` on, and waits for nothing. When one of some
/// hundred calls has its turn, nothing of it is in a near cache any more: what is asked for at
/// once, while something else has to be done, comes at once, and not line after line as it is
/// stumbled over.
inline void fetch_ahead(const void* from, std::size_t size) {
    constexpr std::size_t line = 64;        // [bytes]
    constexpr int to_write = 1, to_L2 = 2;  // of the builtin
    const char* const bytes = static_cast<const char*>(from);
    for (std::size_t at = 0; at < size; at += line) __builtin_prefetch(bytes + at, to_write, to_L2);
    // A range that begins in the middle of a line ends in one more.
    if (size > 0) __builtin_prefetch(bytes + size - 1, to_write, to_L2);
}

template <class T>
void fetch_ahead(const T& object) {
    fetch_ahead(&object, sizeof object);
}

/// Members that stand one after the other: from the first to the one before `last`.
template <class First, class Last>
void fetch_members(const First& first, const Last& last) {
    fetch_ahead(&first, static_cast<std::size_t>(reinterpret_cast<const char*>(&last) -
                                                 reinterpret_cast<const char*>(&first)));
}

}  // namespace pa
