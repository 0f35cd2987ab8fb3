// Twilio's REST API for calls and numbers: requests built, answers read. Nothing is sent here.
//
// https://www.twilio.com/docs/voice/api/call-resource; bodies are forms, answers JSON.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http_message.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace pa::twilio {

/// Whose account, and with which credentials. The API key is used where it is set, except for facts
/// of the account, which keys cannot read.
struct Account {
    std::string base_url = "https://api.twilio.com";
    std::string sid;  // AC…
    Secret token;
    std::string key_sid;  // SK…, or ""
    Secret key_secret;
};

struct NewCall {
    std::string to, from;         // E.164
    std::string url;              // asked for TwiML when answered
    std::string status_callback;  // told of initiated, ringing, answered, completed; "" for none
    int ring_seconds = 30;        // 5-600; some routes add 5 s
    int limit_seconds = 1800;     // the carrier ends the call then
    bool detect_machine =
        false;  // asynchronously: the call is not held for it. Not with send_digits
    std::string machine_callback;  // told what answered; "" only in the call resource
    std::string send_digits;  // when answered: 0-9 A-D # * w (0.5 s) W (1 s), at most 32; "" none
    bool detect_message_end =
        false;  // with detect_machine: a machine is told when its message is over, not before
};

// --- requests ---

/// Never repeat this one blindly: there is no idempotency key. After a time-out or 5xx look with
/// list_calls() whether the call was made.
[[nodiscard]] HttpRequest create_call(const Account& account, const NewCall& call);
/// Hangs up, also while in progress. cancel_call leaves a call alone that has been answered.
[[nodiscard]] HttpRequest complete_call(const Account& account, std::string_view call_sid);
/// Runs that TwiML in place of what the call is doing; its stream ends.
[[nodiscard]] HttpRequest run_twiml(const Account& account, std::string_view call_sid,
                                    std::string_view twiml);
[[nodiscard]] HttpRequest cancel_call(const Account& account, std::string_view call_sid);
[[nodiscard]] HttpRequest fetch_call(const Account& account, std::string_view call_sid);
/// Newest first, one page of 50; "" leaves a filter out. No filter by date: one on the start could
/// hide a call that is still queued. Compare date_created.
[[nodiscard]] HttpRequest list_calls(const Account& account, std::string_view to,
                                     std::string_view from);
/// Why a call failed: read_notifications().
[[nodiscard]] HttpRequest call_notifications(const Account& account, std::string_view call_sid);
[[nodiscard]] HttpRequest fetch_number(const Account& account, std::string_view number_sid);
[[nodiscard]] HttpRequest find_number(const Account& account, std::string_view e164);
/// The cheapest question that every kind of credentials may ask: one number of the account.
[[nodiscard]] HttpRequest list_one_number(const Account& account);
/// `fields` by Twilio's names: VoiceUrl, VoiceMethod, …; an empty value clears.
[[nodiscard]] HttpRequest update_number(const Account& account, std::string_view number_sid,
                                        const Form& fields);
/// Its answer has the auth token in clear: read it with read_account() and forget it.
[[nodiscard]] HttpRequest fetch_account(const Account& account);
[[nodiscard]] HttpRequest fetch_balance(const Account& account);
/// Whether numbers of a country may be called. `voice_base_url`: "https://voice.twilio.com"; `iso`:
/// "KR".
[[nodiscard]] HttpRequest fetch_dialing_permission(const Account& account,
                                                   std::string_view voice_base_url,
                                                   std::string_view iso);

// --- answers; every other status than 2xx is error_of() ---

struct CallResource {
    std::string sid, from, to, direction;
    std::string status;  // queued, ringing, in-progress; final: completed, busy, no-answer, failed,
                         // canceled
    std::string answered_by;                         // "" without machine detection
    std::string date_created, start_time, end_time;  // RFC 2822 in UTC, "" while not known
    std::optional<std::int64_t> duration_s;
    std::optional<double> price;  // negative; comes late
    std::string price_unit;       // "USD"
};

struct NumberResource {
    std::string sid, phone_number, friendly_name;
    std::string voice_url, voice_method, voice_fallback_url, voice_fallback_method;
    std::string status_callback, status_callback_method;
    std::string voice_application_sid, trunk_sid;  // either makes voice_url ineffective
    bool voice = true;                             // can be called
};

struct Notification {
    int error_code = 0;
    bool warning = false;
    std::string message, more_info;
};

struct AccountResource {
    std::string status;  // active, suspended, closed
    std::string type;    // Trial, Full
    Secret auth_token;   // the primary one, with which webhooks are signed
};

struct Balance {
    double amount = 0;
    std::string currency;
};

/// Whether a call with this status can change no more.
[[nodiscard]] bool is_final(std::string_view call_status);

[[nodiscard]] Result<CallResource> read_call(const HttpResponse& response);
[[nodiscard]] Result<std::vector<CallResource>> read_calls(const HttpResponse& response);
[[nodiscard]] Result<NumberResource> read_number(const HttpResponse& response);
[[nodiscard]] Result<std::vector<NumberResource>> read_numbers(const HttpResponse& response);
[[nodiscard]] Result<std::vector<Notification>> read_notifications(const HttpResponse& response);
[[nodiscard]] Result<AccountResource> read_account(const HttpResponse& response);
[[nodiscard]] Result<Balance> read_balance(const HttpResponse& response);
/// True if its ordinary numbers may be called.
[[nodiscard]] Result<bool> read_dialing_permission(const HttpResponse& response);

}  // namespace pa::twilio
