// What the workers of one bridge have in common. It is touched when a call begins and when it ends,
// never on the way of its audio.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bridge/briefing.hpp"
#include "bridge/dials.hpp"
#include "bridge/functions.hpp"
#include "bridge/spending.hpp"
#include "bridge/task_pool.hpp"
#include "cli/console.hpp"
#include "config/settings.hpp"

namespace pa::bridge {

struct BridgeOptions {
    config::Settings settings;
    std::vector<std::string> on_call_end;                // program and arguments; empty: none
    std::function<bool(std::string_view)> print_record;  // one line of JSON per finished call
    std::string trace_folder;                            // of each call's trace; "": none is kept
    std::function<void()> superseded;                    // another bridge serves in our place
};

/// How many calls there are, of MAX_CALLS, which holds for all workers together. From any thread.
class Places {
public:
    explicit Places(int most) : most_(most) {}  // 0: as many as come
    /// False: all are taken.
    [[nodiscard]] bool take() {
        int taken = taken_;
        do {
            if (most_ > 0 && taken >= most_) return false;
        } while (!taken_.compare_exchange_weak(taken, taken + 1));
        return true;
    }
    /// Taken without asking, or given back where negative.
    void change(int by) { taken_ += by; }
    [[nodiscard]] int taken() const { return taken_; }

private:
    const int most_;
    std::atomic<int> taken_{0};
};

/// One pool of each kind serves all workers: so a bridge runs as many functions and commands at a
/// time as it promises, however many workers it has, and asks each function once what it does.
/// (Journals, recordings and requests to the carrier are another matter, see Worker.)
struct Commons {
    explicit Commons(BridgeOptions with)
        : options(std::move(with)),
          places(options.settings.max_calls),
          spending(options.settings.call_log_dir,
                   {options.settings.budget_day_usd, options.settings.budget_month_usd},
                   [](std::string_view line) { cli::warn(line); }) {
        // Many logs take their time: no call is to wait for that.
        office.run([this] { spending.look(wall_now()); });
    }

    const BridgeOptions options;
    Places places;
    Dials dials;
    SpendingAccount spending;
    FunctionCatalog catalog;  // used on the office's thread only
    KeptFiles kept;           // likewise
    TaskPool office{1};       // reads files for briefings
    FunctionRunner functions;
    std::atomic<bool> give_up{false};  // what waits for the carrier in `lines`
    TaskPool lines{1};       // sees to numbers that calls are put through to; asks the carrier
    TaskPool after_call{4};  // runs --on-call-end

    /// Waits for what runs in the pools, and ends functions. Their tasks know the workers: this is
    /// to be called before those go.
    void finish() {
        give_up = true;
        functions.finish();
        after_call.finish();
        lines.finish();
        office.finish();
    }
};

}  // namespace pa::bridge
