// The pages that are shipped: page.html of a folder of share/, with its style and script in it and
// their hashes in its policy, so that nothing else runs in it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pa::report {

/// Errc::config names the file that is not there.
[[nodiscard]] Result<std::string> shipped_page(std::string_view folder);

}  // namespace pa::report
