// The parts of a call record as JSON, shared by the log and the journal; private to this folder.
//
// Readers fill in what is there and refuse what has a wrong type or an absurd size, naming the
// path.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "call/record.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"
#include "store/call_log.hpp"

namespace pa::store {

/// Collects the first error of a reader, so that fields can be read one a line.
class FieldReader {
public:
    FieldReader(json::Value object, std::string path);

    void text(std::string_view name, std::string& out);
    void flag(std::string_view name, bool& out);
    void ms(std::string_view name, std::int64_t& out);  // 0 … 30 days
    void count(std::string_view name, std::int64_t& out);
    void amount(std::string_view name, double& out);  // not negative
    void time(std::string_view name, WallTime& out);
    void fail(std::string_view name, std::string_view expected);

    [[nodiscard]] json::Value value(std::string_view name) const { return object_[name]; }
    [[nodiscard]] std::string path(std::string_view name) const;
    /// Done, or the first error.
    [[nodiscard]] Status status() const;

private:
    json::Value object_;
    std::string path_, error_;
};

// Each writes the members of an object that is open already.
void write_meta(json::Writer& w, const CallMeta& meta);
void write_line(json::Writer& w, const call::TranscriptLine& line);
void write_turn(json::Writer& w, const call::Turn& turn);
void write_function(json::Writer& w, const call::FunctionRun& run);
void write_happening(json::Writer& w, const call::Happening& happening);
void write_usage(json::Writer& w, const call::Usage& usage);

[[nodiscard]] Status read_meta(json::Value object, CallMeta& out);
[[nodiscard]] Status read_fact(json::Value object, const std::string& path,
                               call::TranscriptLine& out);
[[nodiscard]] Status read_fact(json::Value object, const std::string& path, call::Turn& out);
[[nodiscard]] Status read_fact(json::Value object, const std::string& path, call::FunctionRun& out);
[[nodiscard]] Status read_fact(json::Value object, const std::string& path, call::Happening& out);
[[nodiscard]] Status read_fact(json::Value object, const std::string& path, call::Usage& out);

/// The log in a parsed text; see read_log().
[[nodiscard]] Result<CallLog> read_log(json::Value root);

/// Larger than any log of ours: an hour of talk is about 200 kB.
inline constexpr std::size_t largest_log = 32U << 20U;

/// More of one kind than any call of ours can have: a file that says so is not ours.
inline constexpr std::size_t max_facts = 100'000;

}  // namespace pa::store
