#include "cli/tool.hpp"

#include <fmt/format.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <thread>

#include "base/text.hpp"
#include "cli/internal.hpp"
#include "cli/line_writer.hpp"

#ifndef PA_VERSION
#define PA_VERSION "unknown"
#endif

namespace pa::cli {
namespace {

/// Where a subcommand is wanted, a word that is none is what was wrong.
std::string what_was_wrong(const CLI::App& app, const CLI::ParseError& error) {
    const std::vector<std::string> unknown = app.remaining(true);
    if (unknown.empty() || dynamic_cast<const CLI::RequiredError*>(&error) == nullptr)
        return error.what();
    return fmt::format("{}: not known here", unknown.front());
}

/// Points to the help of the subcommand that was reached.
int usage_error(const CLI::App& app, const CLI::ParseError& error) {
    std::string reached = app.get_name();
    for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
        at = at->get_subcommands().back();
        reached += " " + at->get_name();
    }
    warn(fmt::format("{} (see {} --help)", what_was_wrong(app, error), reached));
    return static_cast<int>(Exit::usage);
}

/// `--urgent --dry-run` is an option without its value, not a value that looks like an option.
void refuse_options_as_values(const CLI::App& app) {
    for (const CLI::Option* option : app.get_options())
        for (const std::string& value : option->results())
            if (value.starts_with('-') && value.size() > 1 && option->get_type_size() > 0 &&
                app.get_option_no_throw(value) != nullptr)
                throw CLI::ArgumentMismatch(
                    fmt::format("{} wants a value before {}", option->get_name(), value));
    for (const CLI::App* command : app.get_subcommands()) refuse_options_as_values(*command);
}

/// What was printed and went nowhere is told, and a status of 0 or 1 would hide it; the others say
/// more. A reader that has seen enough is no failure: pa-dial --help | head -1.
int after_printing(Exit exit) {
    const int failure = stdout_failure();
    if (failure != 0) warn(fmt::format("standard output: {}", std::strerror(failure)));
    const bool hides = exit == Exit::yes || exit == Exit::no;
    return static_cast<int>(failure != 0 && hides ? Exit::io : exit);
}

int show(const std::string& text) {
    print(trim(text));
    return after_printing(Exit::yes);
}

/// A bug on demand, so that what a bug does can be tested: PA_FAULT=throw.
void fail_if_told_to() {
    const char* fault = std::getenv("PA_FAULT");
    if (fault != nullptr && std::string_view(fault) == "throw")
        throw std::logic_error("PA_FAULT asked for it");
}

/// Help for a terminal of 80 columns: one line an option where it fits, without what the manual
/// page tells better (ranges, what excludes what).
class Screen : public CLI::Formatter {
public:
    Screen() { column_width(column); }

private:
    static constexpr std::size_t width = 80, column = 24;

    std::string make_option(const CLI::Option* option, bool positional) const override {
        std::string text, line = "  " + make_option_name(option, positional);
        line += make_option_opts(option);
        line += line.size() + 2 > column ? " " : std::string(column - 1 - line.size(), ' ');
        for (std::string_view word : split(option->get_description(), ' ')) {
            if (line.size() + 1 + word.size() > width) {
                text += line + '\n';
                line = std::string(column - 1, ' ');
            }
            line += ' ';
            line += word;
        }
        return text + line + '\n';
    }

    std::string make_option_opts(const CLI::Option* option) const override {
        if (option->get_type_size() == 0) return {};  // a flag
        std::string type = option->get_type_name();
        type.resize(std::min(type.size(), type.find(':')));
        std::string opts = type.empty() ? type : " " + type;
        if (!option->get_default_str().empty()) opts += "=" + option->get_default_str();
        if (option->get_expected_max() > 1) opts += "...";
        return opts;
    }
};

void add_common(CLI::App& app) {
    Common& o = detail::mutable_common();
    app.add_option("-C,--directory", o.directory,
                   "The agent's directory (default: $PA_AGENT_DIR, else here "
                   "if a .env is here, else ~/.config/phone-agent)")
        ->type_name("DIR");
    app.add_flag("-v,--verbose", o.verbose, "Say more; twice for every detail");
    app.add_flag("-q,--quiet", o.quiet, "Say only what went wrong");
    app.set_version_flag("--version", fmt::format("{} {}", app.get_name(), PA_VERSION));
}

}  // namespace

namespace detail {

int run_tool(const ToolDescription& tool, int argc, char** argv,
             const std::function<void(CLI::App&)>& declare,
             const std::function<Result<Exit>()>& run) {
    ::signal(SIGPIPE, SIG_IGN);  // a reader that has gone is an error of write(2),
    ::signal(SIGXFSZ, SIG_IGN);  // and so is a file that may grow no more
    tool_name() = tool.name;
    CLI::App app(std::string(tool.summary), std::string(tool.name));
    app.formatter(std::make_shared<Screen>());
    app.footer(std::string(tool.footer));
    add_common(app);
    declare(app);
    try {
        app.parse(argc, argv);
        refuse_options_as_values(app);
    } catch (const CLI::CallForHelp&) {
        return show(app.help());
    } catch (const CLI::CallForVersion& version) {
        return show(version.what());
    } catch (const CLI::ParseError& error) {
        return usage_error(app, error);
    }
    try {
        fail_if_told_to();
        Result<Exit> outcome = run();
        if (outcome) return after_printing(*outcome);
        if (!outcome.error().what.empty()) warn(outcome.error().what);
        return after_printing(exit_of(outcome.error().code));
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
