// A request: something the person on the phone asked for, "phone-agent/request/1"
// (share/schema/request.json). pa-extract finds them, pa-act carries them out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/wall_time.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"

namespace pa::store {

struct Request {
    std::string id;  // request_id() of the four things that make it the same wish in every run
    std::string call_sid;
    std::string
        type;  // "reminder", "todo", "calendar", "call_back"; others have a handler of that name
    std::string title;
    std::string quote;     // the words it came from
    std::size_t line = 0;  // the transcript line they stand in
    std::optional<WallTime> due_at;
    bool all_day = false;      // only the day of due_at was named
    bool approximate = false;  // only a part of the day was named ("in the evening")
    std::string repeat;        // "", "daily", "weekdays", "weekends", "weekly", "monthly"
    std::string phone;         // E.164, or ""
    bool by_owner = false;
    bool confirmed = false;  // the person agreed when it was read back
    bool promised = false;   // the agent said, and was heard to say, that it would
    bool fulfilled = false;  // a function did it during the call
    double confidence = 0;   // 0 … 1
    std::string note;        // for people: what is doubtful about it, or ""
};

/// 16 hex digits of SHA-256 over the four.
[[nodiscard]] std::string request_id(std::string_view call_sid, std::string_view type,
                                     std::size_t line, std::size_t ordinal);

/// One line of JSON without its newline, `schema` first.
[[nodiscard]] std::string write_request(const Request& request);
void write_request(json::Writer& w, const Request& request);

/// Errc::data names the member at fault.
[[nodiscard]] Result<Request> read_request(std::string_view json);
[[nodiscard]] Result<Request> read_request(json::Value object, const std::string& path);

/// Lower-case letters and '_', at most 32: a type that can be a handler's file name.
[[nodiscard]] bool is_request_type(std::string_view type);

}  // namespace pa::store
