// Shared by the .cpp files of this folder only.
#pragma once

#include <string>

#include "cli/console.hpp"

namespace pa::cli::detail {

std::string& tool_name();
Common& mutable_common();

}  // namespace pa::cli::detail
