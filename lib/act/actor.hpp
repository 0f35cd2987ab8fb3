// Carries out requests, each exactly once: by the id of the request, across processes and crashes.
//
// A deed leaves something that carries the id (a job's file, a line of TODO.md, a calendar file),
// so that whoever comes after a crash between deed and receipt finds it done and only writes the
// receipt. One request at a time, under spool/act.lock.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "act/ask.hpp"
#include "act/receipt.hpp"
#include "act/spool.hpp"
#include "act/todo.hpp"
#include "base/result.hpp"
#include "base/wall_time.hpp"
#include "config/settings.hpp"
#include "store/request.hpp"

namespace pa::act {

struct ActOptions {
    std::function<WallTime()> now = wall_now;
    std::chrono::seconds handler_timeout{60};
    bool dry_run = false;  // receipts of what would be done; no file is touched
    bool again = false;    // also what has a receipt
};

class Actor {
public:
    /// `settings` must outlive this.
    Actor(const config::Settings& settings, ActOptions options);

    /// The receipt is in the book when this returns. Of a request that has a final one already, a
    /// copy that says "skipped" and is not written again. Errc::io: nothing is known to be done.
    [[nodiscard]] Result<Receipt> act(const store::Request& request);

    /// Takes back what was done for a request, or a waiting job by its id; the receipt says how. Of
    /// what failed nobody need think any more.
    /// Errc::no if there is nothing that can be taken back.
    [[nodiscard]] Result<Receipt> undo(const std::string& id);

private:
    [[nodiscard]] Result<Receipt> deed(const store::Request& request);
    [[nodiscard]] Result<Receipt> built_in(const store::Request& request);
    [[nodiscard]] Result<Receipt> todo(const store::Request& request);
    [[nodiscard]] Result<Receipt> dial(const store::Request& request);
    [[nodiscard]] Result<Receipt> calendar(const store::Request& request);
    [[nodiscard]] Result<Receipt> ask_back(const store::Request& request, const std::string& why);
    [[nodiscard]] Result<std::string> call_before(const store::Request& request);
    [[nodiscard]] Status add_job(const Job& job);

    const config::Settings& settings_;
    ActOptions options_;
    std::string spool_folder_;
    ReceiptBook book_;
    Spool spool_;
    TodoList todos_;
    AskList asks_;
};

/// What the model of the call is told, in the agent's language.
[[nodiscard]] std::string about_of(const store::Request& request, const std::string& language);

}  // namespace pa::act
