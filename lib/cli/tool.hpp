// What every tool's main() does: options, signals, one place that turns errors into words and a
// status.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "cli/console.hpp"
#include "cli/exit.hpp"
#include "cli/signals.hpp"

namespace pa::cli {

struct ToolDescription {
    std::string_view name, summary, footer;  // footer: examples, shown under --help
};

/// A check for options and arguments that mean nothing when they are empty.
inline const CLI::Validator not_empty(
    [](std::string& text) { return text.empty() ? "wants a text" : std::string(); }, "");

/// Lets a number of seconds be written as people do, too: 90s, 5m, 1h. (A transform, before
/// checks.)
inline const CLI::Validator as_seconds =
    CLI::AsNumberWithUnit(std::map<std::string, int>{{"s", 1}, {"m", 60}, {"h", 3600}})
        .description("");

namespace detail {
int run_tool(const ToolDescription& tool, int argc, char** argv,
             const std::function<void(CLI::App&)>& declare,
             const std::function<Result<Exit>()>& run);
}  // namespace detail

/// Parses the command line (64 with a sentence on misuse), ignores SIGPIPE and SIGXFSZ, runs,
/// prints the error as "<tool>: <what>" and returns its status, 74 if what it printed could not be
/// written. What is thrown is a bug: 70. For tests of that, PA_FAULT=throw in the environment
/// throws before the tool runs.
template <class Options>
int tool_main(const ToolDescription& tool, int argc, char** argv,
              void (*declare)(CLI::App&, Options&), Result<Exit> (*run)(const Options&)) {
    Options options;
    return detail::run_tool(
        tool, argc, argv, [&](CLI::App& app) { declare(app, options); },
        [&] { return run(options); });
}

}  // namespace pa::cli
