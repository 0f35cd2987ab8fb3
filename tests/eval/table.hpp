// The figures of an evaluation as a table for people.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "eval/score.hpp"

namespace pa::eval {

/// Of one theme, or of all: the model at its word, and after our checks.
struct Row {
    Score answered, checked;
};

/// Of the answers with a certain flaw: how many, and how many came out right all the same.
struct FlawRow {
    int cases = 0, mended = 0;
};

struct Table {
    std::vector<std::pair<std::string, Row>> themes;  // in order
    std::map<std::string, FlawRow> flaws;

    void add(const Case& c, const Score& answered, const Score& checked);
    /// Several lines, each ended: themes and their sum, then the flaws, if any is known.
    [[nodiscard]] std::string text() const;
};

}  // namespace pa::eval
