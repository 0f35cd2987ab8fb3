// The subcommands of pa-sim: each runs one part of the simulated world until it is told to stop.
// Each prints one JSON line when it is ready, {"event":"ready",…}, then its events, one line each.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace pa::sim {

struct NgrokCommand {
    int local_port = 8082;     // forwarded to
    int api_port = 0;          // 0: any
    int public_port = 0;       // 0: any
    std::string certificates;  // folder, made if need be; "": one of this user's below /tmp
    std::string scenario;      // name or file; "": nothing goes wrong
};
/// Ready: "url" (of the agent's API), "public_url", "ca_file".
[[nodiscard]] Status run_ngrok_command(const NgrokCommand& command);

struct OpenAiCommand {
    int port = 0;                           // 0: any
    std::string scenario = "morning-call";  // name or file
    std::string record;                     // folder; "": nothing is kept
};
/// Ready: "url", for OPENAI_BASE_URL.
[[nodiscard]] Status run_openai_command(const OpenAiCommand& command);

/// Makes them and prints {"ca_file","certificate_file","key_file"}.
[[nodiscard]] Status run_certificates_command(const std::string& folder);

}  // namespace pa::sim
