#include "report/page.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "base/base64.hpp"
#include "base/text.hpp"
#include "json/writer.hpp"
#include "report/recording.hpp"
#include "report/shipped_page.hpp"
#include "report/table.hpp"
#include "report/timeline.hpp"
#include "report/why.hpp"

namespace pa::report {
namespace {

constexpr std::size_t wave_buckets = 1200;             // about two for each pixel of a wide screen
constexpr std::size_t largest_recording = 64U << 20U;  // more than an hour

struct Template {
    std::string head, tail;
};

/// The shipped page, cut where the data go.
Result<Template> load_template() {
    constexpr std::string_view mark = "@DATA@";
    auto page = shipped_page("report");
    if (!page) return page.error();
    const std::size_t data = page->find(mark);
    if (data == std::string::npos) return Error{Errc::config, "report/page.html: no data"};
    return Template{page->substr(0, data), page->substr(data + mark.size())};
}

/// Beside the log: nothing in a log leads elsewhere.
std::string recording_path(const Summary& call) {
    return (std::filesystem::path(call.log).parent_path() /
            std::filesystem::path(call.meta.recording).filename())
        .string();
}

std::string waveforms(const Summary& call, const Recording& recording) {
    json::Writer w;
    w.start().object().member("recording", call.meta.recording);
    w.member("ms", recording.duration_ms());
    w.member("caller", base64_encode(peaks(recording, 0, wave_buckets)));
    w.member("agent", base64_encode(peaks(recording, 1, wave_buckets)));
    return w.end().str();
}

}  // namespace

std::string json_for_page(std::string json) { return replace_all(std::move(json), "<", "\\u003c"); }

Result<Page> Page::create(const std::string& path, const PageOptions& options) {
    auto parts = load_template();
    if (!parts) return parts.error();
    auto file = path == "-" ? FileWriter::onto("standard output", Fd(::dup(STDOUT_FILENO)))
                            : FileWriter::create(path);
    if (!file) return file.error();
    file->append(parts->head);
    return Page(std::move(*file), options, std::move(parts->tail));
}

Page::Page(FileWriter file, PageOptions options, std::string tail)
    : file_(std::move(file)), options_(options), tail_(std::move(tail)) {}

void Page::script(std::string_view id, std::string json) {
    file_.append(fmt::format("<script type=\"application/json\" id=\"{}\">", id));
    file_.append(json_for_page(std::move(json)));
    file_.append("</script>\n");
}

/// As text in pieces: a long recording is large enough once.
void Page::sound(std::size_t call, std::string_view mulaw) {
    constexpr std::size_t piece = 3U << 16U;  // of three, so that base64 goes on without a seam
    file_.append(fmt::format("<script type=\"text/plain\" id=\"sound-{}\">", call));
    for (; !mulaw.empty(); mulaw.remove_prefix(std::min(piece, mulaw.size())))
        file_.append(base64_encode(mulaw.substr(0, piece)));
    file_.append("</script>\n");
}

void Page::add(const store::CallLog& log, const std::string& path) {
    json::Writer w;
    w.start().object().key("log").raw(store::write_log(log));
    w.key("why").raw(json_line(explain(log), path)).end();
    script(fmt::format("data-{}", calls_.size()), w.str());
    calls_.push_back(summarise(log, path));
}

void Page::add_recordings() {
    std::vector<std::size_t> order(calls_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return calls_[a].meta.started_at > calls_[b].meta.started_at;
    });
    problems_.assign(calls_.size(), "");
    std::size_t room = options_.audio_bytes;
    for (std::size_t i : order) {
        if (calls_[i].meta.recording.empty()) continue;
        auto recording = load_recording(recording_path(calls_[i]), largest_recording);
        if (!recording) {
            problems_[i] = recording.error().what;
            continue;
        }
        script(fmt::format("audio-{}", i), waveforms(calls_[i], *recording));
        if (recording->mulaw.size() > room) continue;
        room -= recording->mulaw.size();
        sound(i, recording->mulaw);
    }
}

std::string Page::index() const {
    Totals totals;
    for (const Summary& call : calls_) totals.add(call);
    json::Writer w;
    w.start().object().member("generated_at", to_iso(options_.now, false));
    w.member("month", to_iso(options_.now).substr(0, 7)).key("budget_month_usd");
    options_.budget_month_usd ? w.value(*options_.budget_month_usd) : w.null();
    w.member("carrier_known", totals.carrier_known).member("slow_answer_ms", slow_answer_ms);
    w.key("calls").array();
    for (std::size_t i = 0; i < calls_.size(); ++i) {
        w.object().member("n", i).member("number_shown", other_number_for_people(calls_[i].meta));
        write_members(w, calls_[i]);
        w.key("latencies_ms").array();
        for (std::int64_t ms : calls_[i].latencies) w.value(ms);
        w.end();
        if (!problems_[i].empty()) w.member("recording_problem", problems_[i]);
        w.end();
    }
    return w.end().end().str();
}

Result<std::vector<std::string>> Page::finish() {
    add_recordings();
    script("index", index());
    file_.append(tail_);
    if (Status done = file_.commit(); !done) return done.error();
    std::vector<std::string> told;
    for (const std::string& problem : problems_)
        if (!problem.empty()) told.push_back(problem);
    return told;
}

}  // namespace pa::report
