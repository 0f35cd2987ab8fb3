// Writes what a model would write under a strict JSON schema: each property by its name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/writer.hpp"
#include "sim/scenario.hpp"

namespace pa::sim {

/// One request as it was found.
struct FoundRequest {
    const ExtractionScript* script = nullptr;
    std::string quote, due;  // due: ISO, or ""
    std::int64_t line =
        0;  // of the transcript, from the number it is given there, else counted from 0
};

/// The array of objects that have a type (or kind) gets one object per request; names that are
/// known (type, kind, title, quote, due_at, due, when, phone, repeat, confidence, line …) get what
/// the scenario says, others null if they may be, else the emptiest value of their type.
void fill_schema(json::Writer& w, json::Value schema, const std::vector<FoundRequest>& found);

/// Why a strict schema would be refused, or "".
[[nodiscard]] std::string not_strict(json::Value schema);

}  // namespace pa::sim
