// pa-extract: finds the requests in call logs, one JSON request a line.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/line_buffer.hpp"
#include "cli/progress.hpp"
#include "cli/tool.hpp"
#include "cli/waiter.hpp"
#include "config/settings.hpp"
#include "extract/work.hpp"
#include "store/log_reader.hpp"

namespace {

using pa::Error;
using pa::Result;
using pa::cli::Exit;

struct Options {
    std::vector<std::string> logs;
    int jobs = 4;
    bool force = false, only_new = false, json = false;
    std::string model;
};

void declare(CLI::App& app, Options& o) {
    app.add_option("LOG", o.logs,
                   "Call logs, or folders of them; without any, or with -, names on stdin");
    app.add_option("-j,--jobs", o.jobs, "Requests at the same time")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    app.add_flag("--force", o.force, "Ask again about logs that were done");
    app.add_flag("--new", o.only_new, "Print only what is found in this run");
    app.add_option("--model", o.model, "Text model to ask (default: EXTRACT_MODEL)")
        ->type_name("NAME");
    app.add_flag("--json", o.json, "Requests are JSON with or without it");
}

/// The lines of stdin, until it ends or nobody reads our stdout any more.
class Pipe {
public:
    /// A name, a log, or pa-bridge's line about a finished call, which names its log.
    std::optional<std::string> next() {
        while (auto line = next_line()) {
            if (std::string log = pa::store::log_of_line(*line); !log.empty()) return log;
        }
        return std::nullopt;
    }

private:
    std::optional<std::string> next_line() {
        for (;;) {
            if (auto line = lines_.next()) return line;
            if (waiter_.wait({STDIN_FILENO}).why != pa::cli::Waiter::Why::readable)
                return std::nullopt;
            char buffer[65536];
            ssize_t n = ::read(STDIN_FILENO, buffer, sizeof buffer);
            if (n <= 0) return lines_.rest();
            lines_.feed({buffer, static_cast<std::size_t>(n)});
        }
    }

    pa::cli::Waiter waiter_{pa::cli::Waiter::Signals::leave};
    pa::LineBuffer lines_{32U << 20U};  // a whole log may be one line
};

Result<pa::config::Settings> settings_of(const Options& o) {
    pa::config::LoadOptions load{pa::cli::common().directory, {}, {}};
    if (!o.model.empty()) load.overrides["EXTRACT_MODEL"] = o.model;
    auto settings = pa::config::load(load);
    if (!settings) return settings.error();
    if (auto ok = settings->require({"EXTRACT_MODEL", "TIMEZONE", "OPENAI_BASE_URL"}); !ok)
        return ok.error();
    return settings;
}

Result<Exit> exit_of(const pa::extract::WorkResult& result) {
    if (result.fatal) return Error{result.fatal->code, ""};  // told already
    if (result.later > 0) return Exit::later;
    if (result.bad > 0) return Exit::data;
    return result.printed > 0 || result.reader_gone ? Exit::yes : Exit::no;
}

Result<Exit> run(const Options& o) {
    bool from_stdin = o.logs.empty() || (o.logs.size() == 1 && o.logs.front() == "-");
    auto settings = settings_of(o);
    if (o.logs.empty() && ::isatty(0) == 1)  // a wrong command line, whatever the settings are
        return Error{pa::Errc::usage,
                     fmt::format("no logs given: pa-extract {} (see --help)",
                                 settings ? settings->call_log_dir : "call_logs/*.json")};
    if (!settings) return settings.error();
    std::vector<std::string> names =
        from_stdin ? std::vector<std::string>{} : pa::store::log_names(o.logs);
    std::size_t at = 0;
    Pipe pipe;

    pa::extract::WorkOptions w;
    w.ask.base_url = settings->openai_base_url;
    w.ask.model = settings->extract_model;
    w.ask.timezone = settings->timezone;
    w.ask.key = settings->openai_api_key;
    w.log_folder = settings->call_log_dir;
    w.force = o.force;
    w.only_new = o.only_new;
    w.jobs = from_stdin
                 ? o.jobs
                 : std::min(o.jobs, static_cast<int>(std::max<std::size_t>(names.size(), 1)));
    if (from_stdin)
        w.next = [&] { return pipe.next(); };
    else
        w.next = [&]() -> std::optional<std::string> {
            if (at == names.size()) return std::nullopt;
            return names[at++];
        };
    w.connect = [] { return std::make_unique<pa::net::CurlHttp>(); };
    w.may_ask = [&] { return settings->require({"OPENAI_API_KEY"}); };
    pa::cli::Progress progress(names.size(), "logs");
    w.print = [&](const std::string& record) {
        progress.clear();
        return pa::cli::print(record);
    };
    w.tell = [&](const std::string& sentence) {
        progress.clear();
        pa::cli::warn(sentence);
    };
    w.note = [&](const std::string& sentence) {
        progress.clear();
        pa::cli::note(sentence);
    };
    if (!from_stdin) w.progress = [&](std::size_t done) { progress.at(done); };
    return exit_of(pa::extract::work(w));
}

}  // namespace

int main(int argc, char** argv) {
    return pa::cli::tool_main<Options>(
        {"pa-extract", "Find what was asked for in call logs; print one JSON request a line.",
         "Examples:\n"
         "  pa-extract call_logs/*.json | pa-act\n"
         "  pa-extract --new -j8 call_logs\n"
         "  find call_logs -name '*_CA*.json' -mtime -1 | pa-extract"},
        argc, argv, declare, run);
}
