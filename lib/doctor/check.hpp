// The path of a call, hop by hop: each check looks at one hop and says what it found, with the
// remedy.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "config/settings.hpp"

namespace pa::doctor {

enum class Level { ok, warn, fail };
[[nodiscard]] std::string_view to_string(Level level);

struct Finding {
    std::string_view hop;  // name of the check: "settings"
    Level level = Level::ok;
    std::string subject;   // what it is about: "OPENAI_API_KEY", "persona.md"
    std::string sentence;  // for a warning or failure with what to do; never a secret
};

/// What checks may look at. A field that later hops need is added here.
struct Context {
    const config::Settings& settings;
};

/// Takes findings as they are made, so that slow hops are seen to work.
class Report {
public:
    explicit Report(std::function<void(const Finding&)> sink) : sink_(std::move(sink)) {}

    void ok(std::string subject, std::string sentence);
    void warn(std::string subject, std::string sentence);
    void fail(std::string subject, std::string sentence);
    [[nodiscard]] bool failed() const { return failed_; }

    void begin(std::string_view hop) { hop_ = hop; }

private:
    void add(Level level, std::string subject, std::string sentence);
    std::function<void(const Finding&)> sink_;
    std::string_view hop_;
    bool failed_ = false;
};

struct Check {
    std::string_view hop;
    void (*run)(const Context& context, Report& report);
};

/// All checks in the order in which a call takes the hops.
[[nodiscard]] std::span<const Check> checks();

/// Runs them all; false if one has failed.
bool examine(const Context& context, Report& report);

// --- the checks of this machine ---

/// The agent directory is there.
void check_directory(const Context& context, Report& report);
/// Every setting is well formed and what a call needs is set; the warnings of load().
void check_settings(const Context& context, Report& report);
/// The persona can be read and has no misspelt keys.
void check_persona(const Context& context, Report& report);
/// USER.md and MEMORY.md can be read.
void check_memory(const Context& context, Report& report);
/// Folders that are written to can be, and nobody else reads the logs.
void check_folders(const Context& context, Report& report);
/// There is room for logs and recordings.
void check_disk(const Context& context, Report& report);

}  // namespace pa::doctor
