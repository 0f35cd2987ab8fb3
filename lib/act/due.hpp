// One run of pa-act --due: what is due gets a process of its own, and this one ends.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "act/job.hpp"
#include "base/result.hpp"
#include "base/wall_time.hpp"
#include "config/settings.hpp"

namespace pa::act {

struct DueOptions {
    std::function<WallTime()> now = wall_now;
    bool wait = false;  // for the calls' ends
    std::function<void(const Job&, bool resumed)> started;
    std::function<void(const std::string&)> warn;
};

struct DueResult {
    int jobs = 0;    // that were taken up
    int broken = 0;  // with `wait`: whose process could not file them
};

/// Each job is claimed and carried out in a child of its own session, without our streams: a long
/// call delays no other job, and neither cron nor a service manager waits for it. The child ends
/// with its call. Call with one thread only.
[[nodiscard]] Result<DueResult> run_due(const config::Settings& settings,
                                        const DueOptions& options);

}  // namespace pa::act
