// Calls that pa-dial is about to place: what they are about, handed over before the carrier rings.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/wall_time.hpp"
#include "dial/matter.hpp"

namespace pa::bridge {

using Dial = dial::Matter;

/// A dial waits for its call: it is bound by pa-dial when the carrier has named the call, or, if
/// the webhook comes first, by the number called: so none belongs to a worker. From any thread.
class Dials {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::minutes life{30};

    /// Returns the dial's id.
    std::string add(Dial dial, TimePoint now);
    /// False if there is no such dial.
    bool bind(std::string_view id, std::string_view call_sid);
    void remove(std::string_view id);
    /// The dial of that call, taken out: by SID, else the oldest unbound one to that number.
    [[nodiscard]] std::optional<Dial> take(std::string_view call_sid, std::string_view to,
                                           TimePoint now);
    /// The same of one that is bound to it, and of no other.
    [[nodiscard]] std::optional<Dial> take_bound(std::string_view call_sid, TimePoint now);

    struct Entry {
        std::string id;
        Dial dial;
        TimePoint made;
        std::string call_sid;  // "" until it is bound
    };
    /// All that wait: for the bridge that comes after this one, which restores them.
    [[nodiscard]] std::vector<Entry> all() const;
    void restore(Entry entry);

private:
    using Entries = std::map<std::string, Entry, std::less<>>;
    void forget_old(TimePoint now);
    std::optional<Dial> take_out(Entries::iterator which);
    mutable std::mutex mutex_;
    Entries entries_;
};

/// What pa-dial's ledger, in the agent's `run` folder, has of that call to `to`: for a bridge that
/// was not told of it, since it has come to be while the phone rang. Empty if there is nothing.
/// Reads a file.
[[nodiscard]] Result<Dial> noted_dial(const std::string& run, std::string_view call_sid,
                                      std::string_view to, WallTime now);

}  // namespace pa::bridge
