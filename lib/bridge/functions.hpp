// Functions in the call: the executables of the agent's functions/ folder, offered to the model on
// calls with the owner and run when it calls them.
//
// Each gets its arguments as one JSON object on stdin, no shell, and an environment with nothing of
// ours but PA_AGENT_DIR, TIMEZONE, LANGUAGE, WORKSPACE_DIR, PA_CALL_SID, PA_CALL_ID (the same for
// the same wish of the model), PA_CALLER, the number of the other side, and PA_KEYS, what they have
// pressed so far. What it prints is what the model is told; another status than 0 is told as a
// failure. A call's functions end with it.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "bridge/task_pool.hpp"
#include "config/settings.hpp"
#include "store/call_log.hpp"

namespace pa::bridge {

struct Function {
    std::string name;  // as the service allows: letters, digits, '_' and '-', at most 64
    std::string path;
    std::string description;
    std::string parameters;  // JSON Schema of the arguments
    bool operator==(const Function&) const = default;
};
using FunctionList = std::vector<Function>;

[[nodiscard]] const Function* find_function(const FunctionList& functions, std::string_view name);

/// The tools of a session: end_call, acknowledge where an answer is wanted, and these. A JSON
/// array.
[[nodiscard]] std::string tools_with(const FunctionList& functions, bool wants_ack = false);

using Environment = std::vector<std::pair<std::string, std::string>>;
/// What every function is started with, whatever the call.
[[nodiscard]] Environment function_environment(const config::Settings& settings);

/// What a folder offers. A description is read from NAME.json, else asked of `NAME --describe`:
/// {"description": "…", "parameters": {JSON Schema}}; asked once as long as the file stays the
/// same.
class FunctionCatalog {
public:
    /// In order of name. What cannot be offered is left out and told in `warnings`, once.
    [[nodiscard]] FunctionList list(const config::Settings& settings,
                                    std::vector<std::string>& warnings);

private:
    struct Known {
        std::string version;  // of the files, by time and size
        Result<Function> function;
    };
    std::map<std::string, Known> known_;  // by path
};

/// One wish of the model.
struct FunctionRun {
    store::CallMeta call;
    std::string call_id;
    Function function;
    std::string arguments;
    std::string keys;  // that the other side has pressed in this call, but for a PIN
};
struct FunctionResult {
    std::string output;  // for the model; of a failure {"error": "…"}
    bool ok = false;
};

/// Runs at most 4 at a time; of one call at most 8 that run or wait, more are told as a failure.
class FunctionRunner {
public:
    static constexpr std::chrono::seconds timeout{20};
    static constexpr std::size_t most_output = 16U << 10U;  // [bytes]
    static constexpr int at_a_time = 4, most_of_a_call = 8;

    FunctionRunner() = default;
    ~FunctionRunner() { finish(); }

    /// `done` is called once, from another thread.
    void run(const config::Settings& settings, FunctionRun run,
             std::function<void(FunctionResult)> done);
    /// Ends what runs for that call, and does not start what waits.
    void end_call(const std::string& call_sid);
    /// The same for all calls, and waits; nothing may be given to it afterwards.
    void finish();

private:
    struct Call {
        std::atomic<bool> over{false};
        std::atomic<int> runs{0};
    };
    [[nodiscard]] std::shared_ptr<Call> call_of(const std::string& call_sid);

    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Call>> calls_;
    TaskPool pool_{at_a_time};  // last: its threads use the rest
};

/// Runs it here and now.
[[nodiscard]] FunctionResult run_function(const config::Settings& settings, const FunctionRun& run,
                                          const std::function<bool()>& cancelled,
                                          std::chrono::milliseconds timeout);

}  // namespace pa::bridge
