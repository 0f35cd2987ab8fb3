// pa-report: shows calls: a table, one call explained, a page for the browser.
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "base/file.hpp"
#include "cli/progress.hpp"
#include "cli/tool.hpp"
#include "config/settings.hpp"
#include "report/page.hpp"
#include "report/table.hpp"
#include "report/why.hpp"
#include "store/log_reader.hpp"
#include "store/partial.hpp"

namespace {

using pa::Done;
using pa::Error;
using pa::Result;
using pa::Status;
using pa::cli::Exit;

struct Options {
    std::vector<std::string> logs;
    bool why = false, tsv = false, json = false;
    std::string html;  // file to write; empty: lines on stdout
    int audio_mb = 48;
};

void declare(CLI::App& app, Options& o) {
    app.add_option("LOG", o.logs,
                   "Call logs, or folders of them; - for names on stdin; none: CALL_LOG_DIR");
    app.add_flag("--why", o.why, "Explain each call: what was slow, what went wrong, a time line");
    app.add_flag("--tsv", o.tsv, "Tab-separated, with a head, in the order given");
    app.add_flag("--json", o.json, "One JSON object a call, in the order given");
    app.add_option("--html", o.html, "Write one page for the browser with all calls")
        ->type_name("FILE|-")
        ->check(pa::cli::not_empty);
    app.add_option("--audio", o.audio_mb, "Recordings in the page, the latest first")
        ->type_name("MB")
        ->check(CLI::Range(0, 1024).description(""))
        ->capture_default_str();
}

/// Here and not in the options, whose help would repeat it at each.
Status one_form(const Options& o) {
    const int forms = int{!o.html.empty()} + int{o.tsv} + int{o.json};
    if (forms > 1 || (o.why && (o.tsv || !o.html.empty())))
        return Error{
            pa::Errc::usage,
            "--html, --tsv and --json exclude each other, and --why goes with --json only"};
    return Done{};
}

/// Of the terminal; 0 if stdout is none, where nothing need be cut.
std::size_t width() {
    winsize size{};
    if (::isatty(1) != 1 || ::ioctl(1, TIOCGWINSZ, &size) != 0) return 0;
    return size.ws_col;
}

std::vector<std::string> inputs_of(const Options& o, const pa::config::Settings& settings) {
    if (o.logs.empty()) {
        if (!pa::file_exists(settings.call_log_dir)) return {};  // no call has made it yet
        return pa::store::log_names({settings.call_log_dir});
    }
    if (o.logs != std::vector<std::string>{"-"}) return pa::store::log_names(o.logs);
    std::vector<std::string> inputs;
    for (std::string line; std::getline(std::cin, line);)
        if (std::string log = pa::store::log_of_line(line); !log.empty())
            inputs.push_back(std::move(log));
    return inputs;
}

/// A page never takes the place of a call, when FILE and LOG are mixed up.
Status spares_the_calls(const std::string& file, const std::vector<std::string>& inputs) {
    std::error_code none;
    for (const std::string& input : inputs)
        if (std::filesystem::equivalent(file, input, none))
            return Error{pa::Errc::usage,
                         file + ": one of the logs to show; --html wants a file of its own"};
    if (file.ends_with(".json") || file.ends_with(pa::store::partial_ending))
        return Error{pa::Errc::usage,
                     file + ": named like a call log; --html wants a name like calls.html"};
    if (std::filesystem::is_regular_file(file, none) && pa::store::LogReader().load(file))
        return Error{pa::Errc::data,
                     file + ": a call log, and stays one; --html wants another name"};
    return Done{};
}

/// Where the calls go.
class View {
public:
    virtual ~View() = default;
    /// False if nobody wants more.
    virtual bool add(const pa::store::CallLog& log, const std::string& path) = 0;
    virtual Status finish() = 0;
};

/// One page; its name is printed when it is there.
class HtmlView final : public View {
public:
    HtmlView(pa::report::Page page, std::string path)
        : page_(std::move(page)), path_(std::move(path)) {}

    bool add(const pa::store::CallLog& log, const std::string& path) override {
        page_.add(log, path);
        return true;
    }

    Status finish() override {
        auto problems = page_.finish();
        if (!problems) return problems.error();
        for (const std::string& problem : *problems) pa::cli::say(problem);
        if (path_ != "-") pa::cli::print(path_);
        return Done{};
    }

private:
    pa::report::Page page_;
    std::string path_;
};

/// Lines on stdout.
class LineView final : public View {
public:
    explicit LineView(const Options& o) : o_(o) {}

    bool add(const pa::store::CallLog& log, const std::string& path) override {
        if (o_.why) return explain(log, path);
        pa::report::Summary call = pa::report::summarise(log, path);
        if (o_.json) return pa::cli::print(json_line(call));
        if (o_.tsv)
            return (headed() || pa::cli::print(pa::report::tsv_head())) &&
                   pa::cli::print(tsv_line(call));
        calls_.push_back(std::move(call));
        return true;
    }

    Status finish() override {
        if (calls_.empty()) return Done{};
        for (const std::string& line : pa::report::table(std::move(calls_), paint_, width_))
            if (!pa::cli::print(line)) break;
        return Done{};
    }

private:
    bool headed() { return std::exchange(headed_, true); }

    bool explain(const pa::store::CallLog& log, const std::string& path) {
        pa::report::Explanation why = pa::report::explain(log);
        if (o_.json) return pa::cli::print(json_line(why, path));
        if (headed() && !pa::cli::print("")) return false;
        for (const std::string& line : pa::report::waterfall(why, paint_, width_))
            if (!pa::cli::print(line)) return false;
        return true;
    }

    const Options& o_;
    const pa::report::Paint paint_{pa::cli::colours(1)};
    const std::size_t width_ = width();
    std::vector<pa::report::Summary> calls_;
    bool headed_ = false;
};

Result<std::unique_ptr<View>> view_of(const Options& o, const pa::config::Settings& settings) {
    if (o.html.empty()) return std::unique_ptr<View>(std::make_unique<LineView>(o));
    if (auto ok = settings.well_formed({"BUDGET_MONTH_USD"}); !ok) return ok.error();
    pa::report::PageOptions options;
    options.now = pa::wall_now();
    options.budget_month_usd = settings.budget_month_usd;
    options.audio_bytes = static_cast<std::size_t>(o.audio_mb) << 20U;
    auto page = pa::report::Page::create(o.html, options);
    if (!page) return page.error();
    return std::unique_ptr<View>(std::make_unique<HtmlView>(std::move(*page), o.html));
}

Result<Exit> run(const Options& o) {
    if (Status ok = one_form(o); !ok) return ok.error();
    auto settings = pa::config::load({pa::cli::common().directory, {}, {}});
    if (!settings) return settings.error();
    if (auto ok = settings->require({"TIMEZONE"}); !ok) return ok.error();
    const std::vector<std::string> inputs = inputs_of(o, *settings);
    if (!o.html.empty())
        if (Status ok = spares_the_calls(o.html, inputs); !ok) return ok.error();
    auto view = view_of(o, *settings);
    if (!view) return view.error();
    pa::store::LogReader reader;
    std::size_t shown = 0, broken = 0;
    // Nothing to watch for where the calls themselves pass by.
    const bool lines_pass = (o.why || o.tsv || o.json) && ::isatty(1) == 1;
    pa::cli::Progress progress(inputs.size(), "logs");
    for (const std::string& input : inputs) {
        auto log = reader.load(input);
        if (!log) {
            progress.clear();
            pa::cli::warn(log.error().what);
            ++broken;
            continue;
        }
        ++shown;
        if (!(*view)->add(*log, input.starts_with("{") ? log->meta.call_sid : input))
            return Exit::yes;
        if (!lines_pass) progress.at(shown + broken);
    }
    progress.clear();
    if (shown > 0)
        if (Status done = (*view)->finish(); !done) return done.error();
    if (broken > 0) return Exit::data;
    if (shown == 0)
        pa::cli::say(o.logs.empty() ? "no calls in " + settings->call_log_dir : "no calls there");
    return shown > 0 ? Exit::yes : Exit::no;
}

}  // namespace

int main(int argc, char** argv) {
    return pa::cli::tool_main<Options>(
        {"pa-report", "Show calls: one line each, or one of them explained.",
         "Examples:\n"
         "  pa-report call_logs/*.json\n"
         "  pa-report --why call_logs/2026-02-28_23-49-32_CA….json\n"
         "  pa-report --html calls.html call_logs\n"
         "  pa-report --json call_logs | jq -s 'map(.cost_usd) | add'"},
        argc, argv, declare, run);
}
