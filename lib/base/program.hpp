// Where programs are.
#pragma once

#include <string>

namespace pa {

/// Folder of the running executable, links followed, or "" where the system does not tell.
[[nodiscard]] std::string executable_folder();

/// Path of a tool of ours: in PATH, else beside the running executable, else just its name.
[[nodiscard]] std::string find_tool(const std::string& name);

/// PATH with the folder of the running executable behind it: for what calls tools of ours.
[[nodiscard]] std::string path_with_tools();

/// True for a regular file that we may execute.
[[nodiscard]] bool is_executable(const std::string& path);

}  // namespace pa
