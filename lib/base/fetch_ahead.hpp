// Memory that is about to be looked at, asked for before it is.
#pragma once

#include <cstddef>

namespace pa {

/// Asks the processor for what lies from `from` to `to`, and waits for nothing. Of thousands of
/// calls none is in a cache that has its turn: what is asked for at once, while something else has
/// to be done, comes at once, and not line after line as it is stumbled over. Any address will do.
inline void fetch_ahead(const void* from, const void* to) {
    constexpr std::size_t line = 64;  // [bytes]
    for (const char* at = static_cast<const char*>(from); at < to; at += line)
        __builtin_prefetch(at, 1, 2);
    // The range may begin in the middle of a line.
    __builtin_prefetch(static_cast<const char*>(to) - 1, 1, 2);
}

template <class T>
void fetch_ahead(const T& object) {
    fetch_ahead(&object, &object + 1);
}

}  // namespace pa
