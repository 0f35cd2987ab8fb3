// Acts as a tunnel's own program: what pa-tunnel starts as `ngrok`, `cloudflared` or `tailscale` is
// pa-sim under that name (a symbolic link in the PATH).
//
// Environment:
//   PA_SIM_CERTIFICATES    folder of the throw-away certificates (made if need be)
//   PA_SIM_STATE           folder where a running `tailscale funnel` tells the others of itself
//   PA_SIM_SCENARIO        file or name of a scenario: faults at ngrok.api and ngrok.tunnel
//   PA_SIM_NGROK_API_PORT  of the agent's API; else the first free of 4040 … 4049
//   PA_SIM_PUBLIC_PORT     of the public side; else any: the URL changes with each start
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace pa::sim {

/// True if a program called so (without its folder) is one we can act as.
[[nodiscard]] bool is_tunnel_program(std::string_view name);

/// Runs it until it is told to stop. Returns the exit status.
int run_tunnel_program(std::string_view name, const std::vector<std::string_view>& arguments);

/// Folder for the certificates if nobody names one: below the system's temporary folder, this
/// user's.
[[nodiscard]] std::string default_certificate_folder();

}  // namespace pa::sim
