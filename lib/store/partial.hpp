// The file of a journal: locked by its writer while that lives. Private to this folder.
#pragma once

#include <string>

#include "base/file.hpp"
#include "base/result.hpp"

namespace pa::store {

inline constexpr std::string_view partial_ending = ".jsonl.partial";

/// Opens and locks a journal; makes it, mode 0600, if `create`. Errc::no if a living process holds
/// it or it is gone.
[[nodiscard]] Result<Fd> open_partial(const std::string& path, bool create);

/// Cuts off a last line without newline, which a crash left behind.
[[nodiscard]] Status cut_torn_line(const Fd& file, const std::string& path);

/// Appends as much of `text` as the disk takes and removes that from it.
[[nodiscard]] Status append_some(const Fd& file, const std::string& path, std::string& text);

[[nodiscard]] Status sync_data(const Fd& file, const std::string& path);

/// Makes the names in a folder durable, where its file system can; fails if that may go another
/// time.
[[nodiscard]] Status sync_folder(const std::string& folder);

}  // namespace pa::store
