#include "report/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "report/timeline.hpp"

namespace pa::report {
namespace {

constexpr std::size_t gap = 2;  // cells between columns

struct Column {
    std::string_view head;
    bool right = false;
};
constexpr std::array<Column, 10> columns{{{"WHEN"},
                                          {"WHO"},
                                          {"LONG", true},
                                          {"ENDED BY"},
                                          {"TURNS", true},
                                          {"P50", true},
                                          {"P95", true},
                                          {"CUTS", true},
                                          {"COST", true},
                                          {"ABOUT"}}};
using Row = std::array<std::string, columns.size()>;

std::string when_text(WallTime time) {
    std::string iso = to_iso(time, false);
    return iso.substr(0, 10) + " " + iso.substr(11, 5);
}

std::string who_text(const Summary& s) {
    return fmt::format("{} {}{}", s.meta.direction == "inbound" ? "from" : "to",
                       one_line(other_number_for_people(s.meta)), s.meta.owner ? " (owner)" : "");
}

std::string about_text(const Summary& s) {
    std::string about = one_line(s.meta.about.empty() ? s.meta.agent : s.meta.about);
    if (s.errors > 0)
        about = fmt::format("[{} error{}] {}", s.errors, s.errors > 1 ? "s" : "", about);
    if (s.answered_by == "machine") about = "[machine] " + about;
    if (s.meta.recovered) about = "[recovered] " + about;
    return about;
}

std::string latency_text(const Summary& s, int percent) {
    return s.latencies.empty() ? "-" : seconds_text(percentile(s.latencies, percent));
}

Row row_of(const Summary& s) {
    return {when_text(s.meta.started_at),
            who_text(s),
            duration_text(s.duration_ms),
            s.ended_by,
            std::to_string(s.latencies.size()),
            latency_text(s, 50),
            latency_text(s, 95),
            std::to_string(s.interruptions),
            money_text(s.meta.cost.total),
            about_text(s)};
}

using Widths = std::array<std::size_t, columns.size()>;

Widths widths_of(const std::vector<Row>& rows) {
    Widths widths{};
    for (std::size_t c = 0; c < columns.size(); ++c) {
        widths[c] = columns[c].head.size();
        for (const Row& row : rows) widths[c] = std::max(widths[c], display_width(row[c]));
    }
    return widths;
}

/// The last column takes what is left of `width`.
std::string line_of(const Row& row, const Widths& widths, std::size_t width,
                    const std::array<bool, columns.size()>& marked, const Paint& paint) {
    std::string line;
    std::size_t used = 0;
    for (std::size_t c = 0; c + 1 < columns.size(); ++c) {
        std::string cell = pad(row[c], widths[c], columns[c].right);
        line += (marked[c] ? paint.warn(std::move(cell)) : std::move(cell)) + std::string(gap, ' ');
        used += widths[c] + gap;
    }
    std::string last = width == 0 ? row.back() : fit(row.back(), width > used ? width - used : 0);
    line += last;
    return line.erase(line.find_last_not_of(' ') + 1);
}

std::string head_of(const Widths& widths, std::size_t width, const Paint& paint) {
    Row head;
    for (std::size_t c = 0; c < columns.size(); ++c) head[c] = columns[c].head;
    return paint.bold(line_of(head, widths, width, {}, {}));
}

std::string totals_of(const std::vector<Summary>& calls) {
    Totals totals;
    for (const Summary& call : calls) totals.add(call);
    return fmt::format("{} call{}, {}, {}{}", totals.calls, totals.calls == 1 ? "" : "s",
                       duration_text(totals.duration_ms), money_text(totals.cost),
                       totals.carrier_known ? "" : " without what the carrier takes");
}

}  // namespace

std::vector<std::string> table(std::vector<Summary> calls, const Paint& paint, std::size_t width) {
    std::stable_sort(calls.begin(), calls.end(), [](const Summary& a, const Summary& b) {
        return a.meta.started_at < b.meta.started_at;
    });
    std::vector<Row> rows;
    rows.reserve(calls.size());
    for (const Summary& call : calls) rows.push_back(row_of(call));
    Widths widths = widths_of(rows);
    std::vector<std::string> lines{head_of(widths, width, paint)};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::array<bool, columns.size()> marked{};
        marked[3] = calls[i].ended_by == "error" || calls[i].ended_by == "carrier";
        marked[5] = percentile(calls[i].latencies, 50) > slow_answer_ms;
        marked[6] = percentile(calls[i].latencies, 95) > slow_answer_ms;
        lines.push_back(line_of(rows[i], widths, width, marked, paint));
    }
    lines.push_back(paint.dim(totals_of(calls)));
    return lines;
}

std::string tsv_head() {
    return "started_at\tdirection\tnumber\towner\tagent\tduration_s\tended_by\tanswered_by\tturns\t"
           "latency_p50_ms\tlatency_p95_ms\tinterruptions\tfunctions\terrors\tcost_usd\tabout\tlog";
}

std::string tsv_line(const Summary& s) {
    auto latency = [&](int percent) {
        std::int64_t ms = percentile(s.latencies, percent);
        return ms < 0 ? std::string() : std::to_string(ms);
    };
    return fmt::format("{}\t{}\t{}\t{}\t{}\t{:.3f}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{:.6f}\t{}\t{}",
                       to_iso(s.meta.started_at), s.meta.direction, one_line(other_number(s.meta)),
                       s.meta.owner ? "yes" : "no", one_line(s.meta.agent),
                       static_cast<double>(s.duration_ms) / 1000, s.ended_by,
                       one_line(s.answered_by), s.latencies.size(), latency(50), latency(95),
                       s.interruptions, s.functions, s.errors, s.meta.cost.total,
                       one_line(s.meta.about), one_line(s.log));
}

void write_members(json::Writer& w, const Summary& s) {
    auto latency = [&](std::string_view name, int percent) {
        std::int64_t ms = percentile(s.latencies, percent);
        w.key(name);
        ms < 0 ? w.null() : w.value(ms);
    };
    w.member("call_sid", s.meta.call_sid).member("started_at", to_iso(s.meta.started_at));
    w.member("direction", s.meta.direction).member("number", other_number(s.meta));
    w.member("owner", s.meta.owner).member("agent", s.meta.agent).member("about", s.meta.about);
    w.member("duration_s", static_cast<double>(s.duration_ms) / 1000);
    w.member("ended_by", s.ended_by).member("answered_by", s.answered_by);
    w.member("turns", s.latencies.size());
    latency("latency_p50_ms", 50);
    latency("latency_p95_ms", 95);
    w.member("interruptions", s.interruptions).member("functions", s.functions);
    w.member("errors", s.errors).member("cost_usd", s.meta.cost.total);
    w.member("recovered", s.meta.recovered).member("log", s.log);
}

std::string json_line(const Summary& s) {
    json::Writer w;
    w.start().object().member("schema", "phone-agent/call-summary/1");
    write_members(w, s);
    return w.end().str();
}

}  // namespace pa::report
