// File descriptors as something that can run out.
#pragma once

#include <cstddef>

namespace pa {

/// How many this process may still open, at most: it may be fewer, by those that are open beyond
/// the lowest free one.
[[nodiscard]] std::size_t free_descriptors();

}  // namespace pa
