// What was dialled, in files that all processes of the agent share (run/dials/), so that ten cron
// jobs with one key and a restart together still make one call.
//
// An attempt is written down before the call is created and completed after. Whoever finds one that
// was never completed, while holding its lock, knows that its process died in between, and asks the
// carrier whether there is such a call before it makes another. Locks are flock(2): they go with
// the process that held them. Order of locking: key, then destination, then day.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "base/phone_number.hpp"
#include "base/result.hpp"
#include "base/wall_time.hpp"
#include "dial/matter.hpp"

namespace pa::dial {

/// One call, from our decision to make it on.
struct Attempt {
    enum class State {
        none,        // nothing is known: no call was made
        attempting,  // a create was about to be sent; whether there is a call is not known
        placed,      // there is a call
        ended,       // it has ended; `outcome` tells how, if we saw it
    };
    State state = State::none;
    std::string to, from, call_sid;
    std::string counted;  // as that it was counted, or ""
    WallTime attempted_at{};
    std::optional<int> outcome;  // exit status of pa-dial --wait
    Matter matter;               // until it has ended
};

/// One JSON text, and back. Errc::data if it is no attempt.
[[nodiscard]] std::string write_attempt(const Attempt& attempt);
[[nodiscard]] Result<Attempt> read_attempt(std::string_view json);

class Ledger {
public:
    /// `run`: the agent's run/ folder, made when it is first needed.
    explicit Ledger(std::string run);

    /// The call made under a --once key; the call last made to a number. Held locks make what one
    /// process reads and then writes one step for the others.
    class Entry {
    public:
        [[nodiscard]] Result<FileLock> lock() const;      // waits
        [[nodiscard]] Result<FileLock> try_lock() const;  // Errc::no at once if it is held
        [[nodiscard]] Result<Attempt> read() const;       // state none if there is no file
        [[nodiscard]] Status write(const Attempt& attempt) const;

    private:
        [[nodiscard]] Result<std::string> lock_file() const;
        friend class Ledger;
        explicit Entry(std::string path) : path_(std::move(path)) {}
        std::string path_;  // without an ending
    };
    [[nodiscard]] Entry of_key(std::string_view key) const;
    [[nodiscard]] Entry of_number(const PhoneNumber& number) const;

    /// Money that is held back for a call while it may still cost some.
    struct Hold {
        double usd = 0;
        WallTime until;
    };
    /// A call that was counted on this day or the day before, and that money is held back for.
    struct Open {
        std::string name, call_sid;  // "" until it is known
        double usd = 0;
    };
    /// What was counted before.
    struct Count {
        int placed = 0;  // on this day
        std::vector<Open> open;
    };
    /// Counts one call on the day of `now`, if `allowed`; one step for all processes. Returns the
    /// name under which more of it can be told.
    [[nodiscard]] Result<std::string> count(
        WallTime now, const std::optional<Hold>& hold,
        const std::function<Status(const Count&)>& allowed) const;
    /// The call of that name was not made after all.
    [[nodiscard]] Status uncount(const std::string& name) const;
    /// It is this one.
    [[nodiscard]] Status name_call(const std::string& name, std::string_view call_sid) const;
    /// Nothing is to be held back for it any more.
    [[nodiscard]] Status close(const std::string& name) const;

private:
    struct Line;
    [[nodiscard]] Status make_folder() const;
    [[nodiscard]] std::string file_of(std::string_view day) const;
    [[nodiscard]] Status add(const std::string& name, Line line) const;
    std::string folder_;
};

}  // namespace pa::dial
