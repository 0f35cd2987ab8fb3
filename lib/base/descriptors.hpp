// File descriptors as something that can run out.
#pragma once

#include <cstddef>

namespace pa {

/// How many this process may still open, at most: it may be fewer, by those that are open beyond
/// the lowest free one.
[[nodiscard]] std::size_t free_descriptors();

/// Raises the soft limit to `to`, as far as the hard one allows; never lowers it.
void raise_descriptor_limit(std::size_t to);

/// Room for so many at once, or for as many as are allowed. To be called before there are threads:
/// the kernel doubles its table of them as it fills, and in a process that has threads it first
/// waits for all cores to have passed a quiet point (expand_fdtable() in fs/file.c): some 15 ms, in
/// which whoever opens a socket stands still.
void make_room_for_descriptors(std::size_t count);

}  // namespace pa
