// The path of a call, hop by hop: each check looks at one hop and says what it found, with the
// remedy.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/wall_time.hpp"
#include "config/settings.hpp"
#include "net/http.hpp"

namespace pa::doctor {

enum class Level { ok, warn, fail };
[[nodiscard]] std::string_view to_string(Level level);

struct Finding {
    std::string_view hop;  // name of the check: "settings"
    Level level = Level::ok;
    std::string subject;   // what it is about: "OPENAI_API_KEY", "persona.md"
    std::string sentence;  // for a warning or failure with what to do; never a secret
};

/// What checks of this machine look at besides the agent; replaceable for tests.
struct Machine {
    WallTime now = wall_now();
    std::string home;  // of the user, for units and agents
    std::string power_supply = "/sys/class/power_supply";
    std::string kernel = "/proc/version";
    std::vector<std::string> cron_path = {"/usr/bin", "/bin"};  // where cron looks, if not told
    std::function<std::string()> crontab;  // the user's lines, "" if there are none
    std::function<Result<std::uint64_t>(const std::string& folder)> room;  // left there [bytes]
    [[nodiscard]] static Machine ours();
};

/// What earlier hops have found out, for later ones.
struct Facts {
    std::string public_url;    // that works, "" while none is known
    std::string bridge_nonce;  // of whatever bridge answers there
    std::string number;        // E.164, of the agent, if calls to it can reach us
    std::string socket_token;  // of the bridge, for one media socket
    bool openai = false, twilio = false, bridge = false;  // those hops were well
    bool key_refused = false;  // by the model's service, or it cannot be reached
    bool token_signs = false;  // the carrier's token is the one that webhooks are signed with
};

struct Context {
    const config::Settings& settings;
    net::Http& http;  // also for the local APIs of the tunnel's agent and the bridge
    Machine machine = Machine::ours();
    Facts facts = {};
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
    bool here;  // looks at this machine only
    void (*run)(Context& context, Report& report);
};

/// All checks in the order in which a call takes the hops.
[[nodiscard]] std::span<const Check> checks();

/// Runs them all, or those of this machine; false if one has failed. A check whose hop cannot be
/// looked at because an earlier one failed says nothing: the earlier one has said it.
bool examine(Context& context, Report& report, bool only_here = false);
/// Calls the owner's number, waits for the end, and judges the call by its log. Nobody is called if
/// something has failed.
void examine_call(Context& context, Report& report);

// --- the agent, on this machine ---

/// The agent directory is there.
void check_directory(Context& context, Report& report);
/// Every setting is well formed and what a call needs is set; the warnings of load().
void check_settings(Context& context, Report& report);
/// The persona can be read, has no misspelt keys, and speaks the language of LANGUAGE.
void check_persona(Context& context, Report& report);
/// The folder of USER.md and MEMORY.md is there, and they can be read.
void check_memory(Context& context, Report& report);
/// Folders that are written to can be, and nobody else reads the logs.
void check_folders(Context& context, Report& report);
/// A program that makes a tunnel is installed, where one is needed.
void check_programs(Context& context, Report& report);

// --- the services ---

/// Our clock against the Date of a server.
void check_clock(Context& context, Report& report);
/// The service takes the key.
void check_openai(Context& context, Report& report);
/// Each model that is set has no end announced and, if the service can be asked, answers.
void check_models(Context& context, Report& report);
/// The Realtime socket opens and takes the very session that a call to the owner would have.
void check_realtime(Context& context, Report& report);
/// The carrier takes the credentials; the account is active, no trial, and its token signs.
void check_twilio(Context& context, Report& report);
/// There is money on the account.
void check_balance(Context& context, Report& report);
/// The number is the account's, can do voice, and its calls come to us.
void check_number(Context& context, Report& report);
/// The countries that may be called are permitted.
void check_permissions(Context& context, Report& report);
/// How many calls at once: a rule, since the carrier does not tell the account's.
void check_limits(Context& context, Report& report);

// --- the way back to us ---

/// The tunnel is up, and it is ours.
void check_tunnel(Context& context, Report& report);
/// The bridge runs, and it is the one behind the public URL.
void check_bridge(Context& context, Report& report);
/// The number's calls come to the public URL.
void check_sync(Context& context, Report& report);
/// A request signed as the carrier signs it comes through the public URL and is accepted.
void check_webhook(Context& context, Report& report);
/// A media socket comes through as well, with a second of a tone and back.
void check_media(Context& context, Report& report);

/// The public URL of a tunnel that leads to our port, as its agent or the bridge tells; "" without.
[[nodiscard]] std::string tunnel_in_use(Context& context);

// --- what is left behind, and what is to come ---

/// There is room for logs and recordings.
void check_disk(Context& context, Report& report);
/// Something carries out what is due.
void check_timer(Context& context, Report& report);
/// No call was left in the middle.
void check_partials(Context& context, Report& report);
/// The machine will be awake when the next call is due, by the spool or by cron.
void check_sleep(Context& context, Report& report);

}  // namespace pa::doctor
