// One real call to the owner, judged by its status and its log.
#include <fmt/format.h>

#include <thread>

#include "act/runner.hpp"
#include "base/crypto.hpp"
#include "dial/bridge.hpp"
#include "dial/ledger.hpp"
#include "doctor/check.hpp"
#include "report/why.hpp"
#include "store/call_log.hpp"

namespace pa::doctor {
namespace {

using namespace std::chrono_literals;

constexpr const char* about =
    "This is a test call that its owner has asked for. Say that it is one, ask whether you can be "
    "heard well, wait for the answer, thank for it, say goodbye and end the call.";

/// A call that did not come about, and what is behind it in the field.
void judge_ending(const act::DialEnd& end, Report& report) {
    constexpr const char* refused =
        ": if it never rang, the carrier or the handset refuses international calls (국제전화 수신 "
        "차단): allow them there, and save the number as a contact";
    switch (end.status) {
        case 0: return report.ok("call", end.said);
        case 10:
        case 11:
        case 12:
        case 13: return report.fail("call", end.said + refused);
        case 14: return report.warn("call", end.said + ": take the call yourself");
        case 16: return report.fail("call", end.said);
        default:
            return report.fail("call",
                               fmt::format("{} (pa-dial ended with {})", end.said, end.status));
    }
}

/// Where the bridge put the log of the call; it is written a moment after the end. "" if never.
std::string log_of(Context& context, const std::string& call_sid) {
    dial::Bridge bridge(context.http, context.settings.operator_socket);
    for (auto end = std::chrono::steady_clock::now() + 10s; std::chrono::steady_clock::now() < end;
         std::this_thread::sleep_for(100ms)) {
        auto state = bridge.call(call_sid);
        if (state && *state && !(*state)->log.empty()) return (*state)->log;
    }
    return {};
}

void judge_log(const store::CallLog& log, Report& report) {
    const report::Explanation why = report::explain(log);
    report.ok("conversation", why.happened);
    if (why.slow == "the caller never heard anything")
        report.fail("first word", why.slow + ": see the media socket and Realtime above");
    else if (log.record.turns.empty())
        report.warn("answers", "nothing was said that the agent could answer");
    else if (why.slow.starts_with("nothing"))
        report.ok("answers", why.slow);
    else
        report.warn("answers", why.slow);
    if (why.wrong == "nothing" || why.wrong.starts_with("nothing,"))
        report.ok("errors", why.wrong);
    else
        report.fail("errors", why.wrong);
}

}  // namespace

void examine_call(Context& context, Report& report) {
    report.begin("call");
    if (report.failed()) return report.warn("call", "was not made: mend first what has failed");
    const config::Settings& s = context.settings;
    if (Status mine = s.require({"MY_PHONE"}); !mine)
        return report.fail("MY_PHONE", mine.error().what);
    const std::string key = "doctor-" + hex(random_bytes(8));
    const act::DialEnd end =
        act::run_pa_dial({"-C", s.directory, "--wait", "--once", key, "--about", "-"}, about, s);
    judge_ending(end, report);
    auto attempt = dial::Ledger(s.directory + "/run").of_key(key).read();
    if (!attempt || attempt->call_sid.empty()) return;
    if (end.status != 0 && end.status != 14) return;  // nobody spoke
    const std::string path = log_of(context, attempt->call_sid);
    auto log = path.empty() ? Result<store::CallLog>(Error{Errc::later, "none was written"})
                            : store::load_log(path);
    if (!log) return report.fail("log", log.error().what);
    judge_log(*log, report);
}

}  // namespace pa::doctor
