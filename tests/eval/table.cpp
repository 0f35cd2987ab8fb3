#include "eval/table.hpp"

#include <fmt/format.h>

namespace pa::eval {
namespace {

/// Per cent, or a dash where there is nothing to count.
std::string share(int part, int of) {
    return of == 0 ? "-" : fmt::format("{:.1f}", 100.0 * part / of);
}

std::string columns(const Score& s) {
    return fmt::format("{:>7}{:>7}{:>7}{:>7}{:>7}{:>7}", share(s.right, s.found),
                       share(s.right, s.wanted), share(s.time, s.right),
                       share(s.confirmed, s.right), share(s.quoted, s.right),
                       share(s.whole, s.cases));
}

std::string line(const std::string& name, const Row& row) {
    return fmt::format("{:<17}{:>5}{:>6} |{} |{}\n", name, row.checked.cases, row.checked.wanted,
                       columns(row.answered), columns(row.checked));
}

}  // namespace

void Table::add(const Case& c, const Score& answered, const Score& checked) {
    if (themes.empty() || themes.back().first != c.theme) themes.emplace_back(c.theme, Row{});
    themes.back().second.answered += answered;
    themes.back().second.checked += checked;
    for (const std::string& flaw : c.flaws) {
        ++flaws[flaw].cases;
        flaws[flaw].mended += checked.whole;
    }
}

std::string Table::text() const {
    constexpr const char* names = "  prec. recall   time  conf.   line  whole";
    std::string out =
        fmt::format("{:<28} | {:<41} | {}\n{:<17}{:>5}{:>6} |{} |{}\n", "", "as answered [%]",
                    "after our checks [%]", "theme", "calls", "wants", names, names);
    Row all;
    for (const auto& [name, row] : themes) {
        out += line(name, row);
        all.answered += row.answered;
        all.checked += row.checked;
    }
    out += line("all", all);
    if (!flaws.empty()) out += fmt::format("\n{:<20}{:>8}{:>8}\n", "flaw", "answers", "mended");
    for (const auto& [name, row] : flaws)
        out += fmt::format("{:<20}{:>8}{:>8}\n", name, row.cases, row.mended);
    return out;
}

}  // namespace pa::eval
