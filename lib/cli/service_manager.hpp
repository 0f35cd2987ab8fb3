// What a service manager and its services tell each other (systemd's sd_listen_fds(3),
// sd_notify(3)).
#pragma once

#include "base/file.hpp"

namespace pa::cli {

/// The first socket that the manager opened for this process and passed to it, or none. Takes the
/// variables that tell of it out of the environment: children must not see them. Once per process.
[[nodiscard]] Fd activated_socket();

/// We serve, and are the main process of the service from now on (also if another was). Nothing
/// without a manager that wants to know.
void tell_manager_ready();

}  // namespace pa::cli
