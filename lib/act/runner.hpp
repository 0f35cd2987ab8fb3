// Carries out claimed jobs: dials, decides what follows, writes the receipt, files the job.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "act/receipt.hpp"
#include "act/spool.hpp"
#include "act/verdict.hpp"
#include "base/result.hpp"
#include "base/wall_time.hpp"
#include "config/settings.hpp"

namespace pa::act {

/// The arguments of pa-dial, without its own name; what the call is about comes on stdin.
[[nodiscard]] std::vector<std::string> dial_arguments(const Job& job, WallTime now,
                                                      const config::Settings& settings);

/// The outside world of a Runner.
struct RunnerWorld {
    const config::Settings& settings;
    std::function<WallTime()> now;
    std::function<DialEnd(const std::vector<std::string>& arguments, const std::string& about)>
        dial;
};

/// Every step may be the last of this process: whoever takes the job up again goes on from there,
/// makes no second call and writes no second receipt.
class Runner {
public:
    Runner(RunnerWorld world, Spool& spool, ReceiptBook& book);
    [[nodiscard]] Status run(Claim& claim);

private:
    [[nodiscard]] Status decide(Claim& claim);
    [[nodiscard]] bool was_called(const Job& job) const;

    RunnerWorld world_;
    Spool& spool_;
    ReceiptBook& book_;
};

/// Runs pa-dial, found in PATH or beside this program, and waits for its end.
[[nodiscard]] DialEnd run_pa_dial(const std::vector<std::string>& arguments,
                                  const std::string& about, const config::Settings& settings);

}  // namespace pa::act
