// Calls one a line: a table for people, TSV for spreadsheets, JSON for programs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/writer.hpp"
#include "report/columns.hpp"
#include "report/summary.hpp"

namespace pa::report {

/// In the order of their start, with a head and a line of totals. Columns that only some terminals
/// have room for come last: `width` cells at most (0: as wide as it gets).
[[nodiscard]] std::vector<std::string> table(std::vector<Summary> calls, const Paint& paint,
                                             std::size_t width);

/// The names of the fields, and the fields of one call: what would be a tab or a line end in a
/// field is a blank.
[[nodiscard]] std::string tsv_head();
[[nodiscard]] std::string tsv_line(const Summary& call);

/// "phone-agent/call-summary/1"; write_members() its members, into an object that is open.
[[nodiscard]] std::string json_line(const Summary& call);
void write_members(json::Writer& w, const Summary& call);

}  // namespace pa::report
