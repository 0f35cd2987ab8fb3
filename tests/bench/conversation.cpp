// The figures of a conversation in virtual time, with their bounds: see support/measures.hpp. The
// ones over real sockets are conversation.sh's.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "support/measures.hpp"

using namespace pa::test;
using std::chrono::milliseconds;

namespace {

bool all_well = true;

void row(const std::string& what, const std::string& bound, const std::string& figure, bool well) {
    all_well = all_well && well;
    std::fputs(
        fmt::format("{:<46} {:<24} {:<46} {}\n", what, bound, figure, well ? "ok" : "NO").c_str(),
        stdout);
    std::fflush(stdout);
}

std::int64_t most(const std::vector<std::int64_t>& values) {
    return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

void tell(const std::vector<std::string>& faults) {
    for (const std::string& f : faults) std::fputs(fmt::format("    {}\n", f).c_str(), stdout);
}

void truncation() {
    constexpr std::uint64_t seed = 20261122;
    for (int d : {0, 40, 80}) {
        Truncation f = measure_truncation(seed, 500, milliseconds(d));
        auto off = percentile(absolute(f.differences), 0.99), ahead = most(f.differences);
        row(fmt::format("cut where heard, {} ms one way", d),
            fmt::format("p99 <= {}, ahead <= 50 ms", 60 + 2 * d),
            fmt::format("p50 {}, p99 {}, ahead {} ms in {} cuts, {} calls",
                        percentile(absolute(f.differences), 0.5), off, ahead, f.differences.size(),
                        f.calls),
            off <= 60 + 2 * d && ahead <= 50 && f.beyond_sent == 0 && f.unclear == 0);
        row(fmt::format("  cut beyond what was sent (seed {})", seed), "0",
            fmt::format("{}", f.beyond_sent), f.beyond_sent == 0);
    }
}

void first_words() {
    FirstWords f = measure_first_words(3, 200, milliseconds(150));
    auto outbound = percentile(f.outbound_ms, 0.99), inbound = percentile(f.inbound_ms, 0.99);
    row("outbound: start to greeting (seed 3)", "p99 <= 20 ms",
        fmt::format("p50 {}, p99 {} ms in {} calls", percentile(f.outbound_ms, 0.5), outbound,
                    f.outbound_ms.size()),
        outbound <= 20);
    row("inbound: webhook to greeting, less the model's", "<= 600 ms (4 round trips)",
        fmt::format("p50 {}, p99 {} ms in {} calls", percentile(f.inbound_ms, 0.5), inbound,
                    f.inbound_ms.size()),
        inbound <= 600);
}

void goodbyes() {
    Goodbyes g = measure_goodbyes(4, 200);
    row("goodbye clipped (seed 4)", "0 ms",
        fmt::format("{} of {} ms in {} calls", g.clipped_ms, g.said_ms, g.calls),
        g.clipped_ms == 0 && g.faults.empty());
    row("  last word to the end of the call", "",
        fmt::format("p50 {}, most {} ms", percentile(g.lines_held_ms, 0.5), most(g.lines_held_ms)),
        true);
    row("  end of the call to the finished record", "<= 10 s",
        fmt::format("p50 {}, most {} ms", percentile(g.to_record_ms, 0.5), most(g.to_record_ms)),
        most(g.to_record_ms) <= 10'000);
    tell(g.faults);
}

void hang_ups() {
    HangUps h = measure_hang_ups(5, 200);
    row("caller hangs up: to the finished record (seed 5)", "<= 2 s",
        fmt::format("p50 {}, most {} ms in {} calls", percentile(h.to_record_ms, 0.5),
                    most(h.to_record_ms), h.calls),
        most(h.to_record_ms) <= 2000);
    row("  turns heard and not in the record", "0",
        fmt::format("{} of {}", h.faults.size(), h.turns), h.faults.empty());
    tell(h.faults);
}

void drops() {
    Drops d = measure_drops(8, 100);
    row("lost sessions: calls with a fault (seed 8)", "0",
        fmt::format("{} of {}; {} drops, {} sessions, {} turns told", d.faults.size(), d.calls,
                    d.drops, d.sessions, d.turns_told),
        d.faults.empty());
    tell(d.faults);
}

}  // namespace

int main() {
    truncation();
    first_words();
    goodbyes();
    hang_ups();
    drops();
    return all_well ? 0 : 1;
}
