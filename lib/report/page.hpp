// One page for the browser with all calls in it: no network, no other file.
//
// Each log is written into the page as it is added, so that memory does not grow with their number;
// recordings follow at the end, the latest first. All data are JSON in <script type=
// "application/json">, without a "<" in them, and the page's policy allows no script but ours.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/file_writer.hpp"
#include "report/summary.hpp"

namespace pa::report {

struct PageOptions {
    WallTime now{};                          // its month is the one of the budget
    std::optional<double> budget_month_usd;  // BUDGET_MONTH_USD
    /// Bytes of recordings that the page may hold; of the calls before, only the waveforms are in
    /// it.
    std::size_t audio_bytes = 48U << 20U;
};

class Page {
public:
    /// Begins the page at `path`, mode 0600: there are private words in it; "-" is stdout.
    /// Errc::config if the shipped parts of the page are not found.
    [[nodiscard]] static Result<Page> create(const std::string& path, const PageOptions& options);

    /// `path`: the log's file; its recording is looked for from there.
    void add(const store::CallLog& log, const std::string& path);
    /// Puts the page in place. Returns sentences about recordings that cannot be shown.
    [[nodiscard]] Result<std::vector<std::string>> finish();

private:
    Page(FileWriter file, PageOptions options, std::string tail);
    void script(std::string_view id, std::string json);
    void sound(std::size_t call, std::string_view mulaw);
    void add_recordings();
    [[nodiscard]] std::string index() const;

    FileWriter file_;
    PageOptions options_;
    std::string tail_;  // what follows the data
    std::vector<Summary> calls_;
    std::vector<std::string> problems_;  // of the recording of each call, or ""
};

/// JSON that may stand in a page: every "<" is written as \u003c, so that nothing in it ends the
/// element or begins another.
[[nodiscard]] std::string json_for_page(std::string json);

}  // namespace pa::report
