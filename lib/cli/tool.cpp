#include "cli/tool.hpp"

#include <fmt/format.h>
#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <thread>

#include "cli/internal.hpp"

#ifndef PA_VERSION
#define PA_VERSION "unknown"
#endif

namespace pa::cli {
namespace {

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
    warn(fmt::format("{} (see {} --help)", error.what(), app.get_name()));
    return static_cast<int>(Exit::usage);
}

void add_common(CLI::App& app) {
    Common& o = detail::mutable_common();
    app.add_option("-C,--directory", o.directory, "Agent directory (default: $PA_AGENT_DIR, here, or the home one)")
        ->type_name("DIR");
    app.add_flag("-v,--verbose", o.verbose, "Say more; twice for every detail");
    app.add_flag("-q,--quiet", o.quiet, "Say only what went wrong");
    app.set_version_flag("--version", fmt::format("{} {}", app.get_name(), PA_VERSION));
}

}  // namespace

namespace detail {

int run_tool(const ToolDescription& tool, int argc, char** argv,
             const std::function<void(CLI::App&)>& declare, const std::function<Result<Exit>()>& run) {
    ::signal(SIGPIPE, SIG_IGN);  // a reader that has gone is an error of write(2)
    tool_name() = tool.name;
    CLI::App app(std::string(tool.summary), std::string(tool.name));
    app.footer(std::string(tool.footer));
    add_common(app);
    declare(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        std::cout << app.help() << std::flush;
        return 0;
    } catch (const CLI::CallForVersion& version) {
        std::cout << version.what() << "\n" << std::flush;
        return 0;
    } catch (const CLI::ParseError& error) {
        return usage_error(app, error);
    }
    try {
        Result<Exit> outcome = run();
        if (outcome) return static_cast<int>(*outcome);
        if (!outcome.error().what.empty()) warn(outcome.error().what);
        return static_cast<int>(exit_of(outcome.error().code));
    } catch (const std::exception& error) {
        warn(fmt::format("internal error: {} (please report it)", error.what()));
    }
    return static_cast<int>(Exit::bug);
}

}  // namespace detail

void on_stop_signal(std::function<void(int)> stop) {
    sigset_t signals;
    sigemptyset(&signals);
    for (int s : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, s);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::thread([signals, stop = std::move(stop)] {
        int signal = 0;
        sigwait(&signals, &signal);
        stop(signal);
        sigwait(&signals, &signal);
        ::_exit(128 + signal);
    }).detach();
}

}  // namespace pa::cli
