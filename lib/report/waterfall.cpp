// An explanation as text and as JSON.
#include <fmt/format.h>

#include <algorithm>

#include "json/writer.hpp"
#include "report/why.hpp"

namespace pa::report {
namespace {

constexpr std::size_t bar_cells = 32;

/// Where the moments lie on the line, from the first to the last.
struct Scale {
    std::int64_t from = 0, to = 1;
    [[nodiscard]] std::size_t cell(std::int64_t ms) const {
        std::int64_t cells = static_cast<std::int64_t>(bar_cells);
        return static_cast<std::size_t>(
            std::clamp<std::int64_t>((ms - from) * cells / (to - from), 0, cells - 1));
    }
};

std::string bar_of(const Moment& m, const Scale& scale) {
    std::string bar(bar_cells, ' ');
    std::size_t first = scale.cell(m.at_ms), last = scale.cell(m.at_ms + m.length_ms);
    for (std::size_t i = first; i <= last; ++i) bar[i] = m.length_ms > 0 ? '=' : '|';
    return bar;
}

std::string line_of(const Moment& m, const Scale& scale, const Paint& paint, std::size_t width) {
    std::string length = m.length_ms > 0 ? seconds_text(m.length_ms) : "";
    std::string text = fmt::format("{:>10}  {:>9}  ", seconds_text(m.at_ms), length);
    std::string bar = bar_of(m, scale);
    std::string what = m.detail.empty() ? m.what : m.what + ": " + m.detail;
    std::size_t used = text.size() + bar.size() + 4;
    if (width > 0) what = fit(what, width > used ? width - used : 0);
    if (m.wrong)
        what = paint.bad(std::move(what));
    else if (m.slow)
        what = paint.warn(std::move(what));
    return fmt::format("{}[{}] {}", text, m.slow || m.wrong ? paint.warn(std::move(bar)) : bar,
                       what);
}

}  // namespace

std::vector<std::string> waterfall(const Explanation& why, const Paint& paint, std::size_t width) {
    std::vector<std::string> lines{why.happened, paint.bold("slow:") + " " + why.slow,
                                   paint.bold("wrong:") + " " + why.wrong, ""};
    Scale scale;
    if (!why.moments.empty()) {
        scale.from = why.moments.front().at_ms;
        for (const Moment& m : why.moments) scale.to = std::max(scale.to, m.at_ms + m.length_ms);
        scale.to = std::max(scale.to, scale.from + 1);
    }
    lines.push_back(paint.bold(fmt::format("{:>10}  {:>9}", "at", "took")));
    for (const Moment& m : why.moments) lines.push_back(line_of(m, scale, paint, width));
    if (!why.missing.empty())
        lines.push_back(paint.dim(fmt::format("not on record: {}", fmt::join(why.missing, ", "))));
    return lines;
}

std::string json_line(const Explanation& why, const std::string& path) {
    json::Writer w;
    w.start().object().member("schema", "phone-agent/why/1").member("log", path);
    w.member("happened", why.happened).member("slow", why.slow).member("wrong", why.wrong);
    w.key("moments").array();
    for (const Moment& m : why.moments) {
        w.object().member("at_ms", m.at_ms).member("length_ms", m.length_ms);
        w.member("what", m.what).member("detail", m.detail);
        w.member("slow", m.slow).member("wrong", m.wrong).end();
    }
    w.end().key("missing").array();
    for (const std::string& what : why.missing) w.value(what);
    return w.end().end().str();
}

}  // namespace pa::report
