// The settings of one agent: flags > environment > .env > front matter of persona.md > default.
#pragma once

#include <chrono>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/phone_number.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace pa::config {

/// Minutes of the day; `to` is outside; wraps over midnight if from > to.
struct QuietHours {
    int from = 0, to = 0;
    [[nodiscard]] bool contains(int minute_of_day) const;
};

/// Plain data; the names are those of the settings in lower case. A key that is missing or
/// malformed leaves its default here and is told by require(), so that a tool fails only on what it
/// needs.
struct Settings {
    std::string directory;  // of the agent, absolute
    std::string env_file;   // directory/.env, there or not

    Secret openai_api_key;
    std::string twilio_account_sid;
    Secret twilio_auth_token;
    std::string twilio_api_key_sid;
    Secret twilio_api_key_secret;
    std::string twilio_phone_number_sid;
    Secret ngrok_authtoken;
    int port = 8082;
    std::string listen_address = "127.0.0.1";  // numeric
    std::optional<PhoneNumber> my_phone;
    std::vector<PhoneNumber> owners;  // MY_PHONE and OWNER_PHONES
    Secret caller_pin;
    bool allow_all_callers = false;            // ALLOWED_CALLERS=*
    std::vector<PhoneNumber> allowed_callers;  // unset: the owners
    std::string public_url;                    // https base without trailing slash, or ""
    std::string workspace_dir;                 // absolute
    std::string realtime_model = "gpt-realtime-2.1-mini";
    std::string voice = "shimmer";
    std::string transcribe_model = "gpt-transcribe";
    std::string extract_model = "gpt-6-luna";
    std::string timezone = "Asia/Seoul";
    std::string language = "ko";
    std::string call_log_dir;  // absolute
    std::vector<std::string> allowed_countries{"82"};
    std::string prewarm = "greeting";  // while the phone rings: "greeting", "session" or "off"
    int max_calls = 0;                 // 0: as many as the machine holds
    int max_call_minutes = 30;
    std::optional<double> budget_call_usd, budget_day_usd, budget_month_usd;
    std::optional<QuietHours> quiet_hours;
    std::optional<int> max_calls_per_day;
    bool record = false;              // calls are recorded, the others told so
    int late_minutes = 30;            // a job of the spool that is later than this is not done
    int calendar_call_minutes = 0;    // call that long before an event; 0: no such call
    std::string voicemail = "again";  // a job that met a machine: "again", "message" or "done"
    std::string openai_base_url = "https://api.openai.com/v1";
    std::string openai_realtime_url;  // wss://…/realtime
    std::string twilio_base_url = "https://api.twilio.com";
    std::string twilio_voice_base_url = "https://voice.twilio.com";
    std::string ngrok_api_url = "http://127.0.0.1:4040";
    std::string operator_socket;  // absolute

    /// Errc::config naming the first of `keys` that is missing or malformed, the file, and the
    /// remedy. A malformed one counts even where a default exists.
    [[nodiscard]] Status require(std::initializer_list<std::string_view> keys) const;
    /// The same for keys that may be left out: only a malformed one counts.
    [[nodiscard]] Status well_formed(std::initializer_list<std::string_view> keys) const;
    [[nodiscard]] bool is_owner(const PhoneNumber& number) const;
    /// Whether an inbound caller may be answered (the owner's numbers are not added to a list).
    [[nodiscard]] bool may_call_in(const PhoneNumber& number) const;

    std::map<std::string, std::string, std::less<>> problems;  // key -> sentence
    std::vector<std::string> warnings;         // for people, e.g. a .env others can read
    std::set<std::string, std::less<>> fixed;  // keys that flags or the environment set
};

struct LoadOptions {
    std::string directory;                         // -C as typed; "" = search as the contract says
    std::map<std::string, std::string> overrides;  // from flags: setting name -> value
    std::string persona;  // --persona NAME|FILE; its front matter beats .env
};

/// Reads the sources; moves secrets out of the environment (they are unset, so no child has them);
/// sets TZ of this process to TIMEZONE, so that localtime() is the agent's. Call before any thread
/// is started. Errc::io if a file that exists cannot be read; Errc::config if -C names no folder.
[[nodiscard]] Result<Settings> load(const LoadOptions& options = {});

/// The settings of one call with another persona: its front matter beats .env, not `fixed`. Only
/// what belongs to one call is taken: REALTIME_MODEL, VOICE, TRANSCRIBE_MODEL, LANGUAGE, PREWARM,
/// MAX_CALL_MINUTES, BUDGET_CALL_USD and RECORD. Errc::config if there is no such persona or a
/// value is malformed.
[[nodiscard]] Result<Settings> with_persona(Settings settings, std::string_view name_or_file);

/// The names of all settings in the order of the documentation, for checks and completions.
[[nodiscard]] const std::vector<std::string_view>& setting_names();

/// One .env text as people write it: `export`, quotes, # comments, CRLF, BOM, blanks around '='. A
/// line that is none of these is told in `warnings` with its number and skipped; the last of a
/// repeated name counts.
[[nodiscard]] std::map<std::string, std::string> parse_env(
    std::string_view text, std::vector<std::string>* warnings = nullptr);

/// The sentence about a retired model or voice name with its successor, or nullopt if it is current
/// or unknown to us. `today` as "2026-11-22".
[[nodiscard]] std::optional<std::string> retired_model(std::string_view model,
                                                       std::string_view today);
[[nodiscard]] std::optional<std::string> retired_voice(std::string_view voice);

}  // namespace pa::config
