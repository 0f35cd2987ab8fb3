// Places one call, once: our rules, the ledger, the bridge, the create, and the look that follows a
// create in doubt.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/phone_number.hpp"
#include "base/result.hpp"
#include "base/wall_time.hpp"
#include "carrier/calls.hpp"
#include "config/settings.hpp"
#include "dial/bridge.hpp"
#include "dial/ledger.hpp"
#include "dial/line.hpp"
#include "dial/rules.hpp"

namespace pa::dial {

/// What is to be dialled. The number has passed check_number().
struct Order {
    PhoneNumber to;
    std::string key;     // --once, or ""
    std::string urgent;  // reason, or ""
    Matter matter;
    int ring_s = 30, limit_s = 1800;
    bool detect_machine = false;
    std::string send_digits;
};

struct Placed {
    std::string call_sid, to;
    bool earlier = false;        // made before, under the same key
    std::optional<int> outcome;  // of an earlier one, if it was seen: exit status
};

/// The outside world of a Placer.
struct World {
    const config::Settings& settings;
    Bridge& bridge;
    carrier::Calls& calls;
    std::function<bool()> never_sent;  // asked after a failed create
    std::function<WallTime()> now;
    std::function<void(std::chrono::milliseconds)> sleep;
    std::function<void(std::string_view)> say;
};

/// The create request of an order; `public_url` without a trailing slash.
[[nodiscard]] twilio::NewCall new_call(const Order& order, const std::string& from,
                                       const std::string& public_url);

class Placer {
public:
    explicit Placer(World world);
    Placer(const Placer&) = delete;
    Placer& operator=(const Placer&) = delete;

    /// Queued at Twilio when this returns. Errc::refused: a rule of ours; Errc::later: no bridge,
    /// or the network; if a create is in doubt the ledger keeps it, and the next attempt looks
    /// first.
    [[nodiscard]] Result<Placed> place(const Order& order);
    /// Writes down how the call ended, for later users of the key.
    void keep_outcome(const Order& order, const std::string& call_sid, int outcome) const;

private:
    struct Entries {
        std::optional<Ledger::Entry> key;
        Ledger::Entry number;
        std::string counted;  // as that it was counted
    };
    [[nodiscard]] Result<Placed> place_new(const Order& order, Entries entries);
    [[nodiscard]] Result<std::string> count(const Order& order);
    [[nodiscard]] Spending spending(std::vector<Ledger::Open>& open, WallTime now);
    [[nodiscard]] bool costs_no_more(const Ledger::Open& call);
    [[nodiscard]] Result<std::string> create(const Order& order, const Entries& entries,
                                             const Bridge::Info& info, const std::string& from);
    [[nodiscard]] Status write(const Entries& entries, const Attempt& attempt) const;

    World world_;
    Ledger ledger_;
    Inquiry ask_;
    SpendingLogs logs_;
};

}  // namespace pa::dial
