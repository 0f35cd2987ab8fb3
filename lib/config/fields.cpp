#include "config/fields.hpp"

#include <algorithm>
#include <utility>

#include "config/field_readers.hpp"

namespace pa::config {
namespace {

using S = Settings;

// Readers and tests that differ between fields only in the member they are about.
template <Secret S::*M>
Complaint secret(S& s, std::string& t) {
    return read_secret(std::move(t), s.*M);
}
template <Secret S::*M>
bool has_secret(const S& s) {
    return !(s.*M).empty();
}
template <std::string S::*M>
bool has_text(const S& s) {
    return !(s.*M).empty();
}
template <std::optional<double> S::*M>
Complaint money(S& s, std::string& t) {
    return read_money(t, s.*M);
}
template <auto M>
bool has_value(const S& s) {
    return (s.*M).has_value();
}
template <std::string S::*M>
Complaint model(S& s, std::string& t) {
    return read_model(std::move(t), s.*M);
}
template <std::string S::*M>
Complaint web(S& s, std::string& t) {
    return read_base("http", std::move(t), s.*M);
}
template <std::string S::*M>
Complaint path(S& s, std::string& t) {
    s.*M = std::move(t);
    return std::nullopt;
}

Complaint account(S& s, std::string& t) {
    return read_sid("AC", std::move(t), s.twilio_account_sid);
}
Complaint api_key(S& s, std::string& t) {
    return read_sid("SK", std::move(t), s.twilio_api_key_sid);
}
Complaint number_sid(S& s, std::string& t) {
    return read_sid("PN", std::move(t), s.twilio_phone_number_sid);
}
Complaint port(S& s, std::string& t) { return read_whole(t, 1, 65535, s.port); }
Complaint address(S& s, std::string& t) { return read_address(std::move(t), s.listen_address); }
Complaint my_phone(S& s, std::string& t) { return read_phone(t, s.my_phone); }
Complaint owners(S& s, std::string& t) { return read_phones(t, s.owners); }
bool has_owner(const S& s) { return !s.owners.empty(); }
Complaint pin(S& s, std::string& t) { return read_pin(t, s.caller_pin); }
Complaint callers(S& s, std::string& t) {
    s.allow_all_callers = t == "*";
    if (s.allow_all_callers) return std::nullopt;
    return read_phones(t, s.allowed_callers);
}
Complaint voice(S& s, std::string& t) { return read_voice(std::move(t), s.voice); }
Complaint timezone(S& s, std::string& t) { return read_timezone(std::move(t), s.timezone); }
Complaint language(S& s, std::string& t) { return read_language(t, s.language); }
Complaint countries(S& s, std::string& t) { return read_countries(t, s.allowed_countries); }
Complaint max_calls(S& s, std::string& t) { return read_whole(t, 0, 100'000, s.max_calls); }
Complaint max_minutes(S& s, std::string& t) {
    return read_whole(t, 1, 24 * 60, s.max_call_minutes);  // Twilio ends every call after 24 hours
}
Complaint quiet(S& s, std::string& t) { return read_quiet_hours(t, s.quiet_hours); }
Complaint max_a_day(S& s, std::string& t) {
    int count = 0;
    auto wrong = read_whole(t, 0, 100'000, count);
    if (!wrong) s.max_calls_per_day = count;
    return wrong;
}
Complaint late(S& s, std::string& t) { return read_whole(t, 1, 24 * 60, s.late_minutes); }
Complaint call_before(S& s, std::string& t) {
    return read_whole(t, 0, 7 * 24 * 60, s.calendar_call_minutes);
}
Complaint record(S& s, std::string& t) { return read_switch(t, s.record); }
Complaint one_of(std::initializer_list<std::string_view> words, const char* expected,
                 std::string& t, std::string& out) {
    if (std::find(words.begin(), words.end(), t) == words.end()) return expected;
    out = std::move(t);
    return std::nullopt;
}
Complaint voicemail(S& s, std::string& t) {
    return one_of({"again", "message", "done"}, "expected again, message or done", t, s.voicemail);
}
Complaint prewarm(S& s, std::string& t) {
    return one_of({"greeting", "session", "off"}, "expected greeting, session or off", t,
                  s.prewarm);
}
Complaint realtime_url(S& s, std::string& t) {
    return read_base("ws", std::move(t), s.openai_realtime_url);
}

constexpr std::string_view console_keys = "Twilio Console, Account, API keys & tokens";

constexpr Field table[] = {
    {"OPENAI_API_KEY", "platform.openai.com, API keys", true, secret<&S::openai_api_key>,
     has_secret<&S::openai_api_key>},
    {"TWILIO_ACCOUNT_SID", "AC…, Twilio Console, Account Info", false, account,
     has_text<&S::twilio_account_sid>},
    {"TWILIO_AUTH_TOKEN", console_keys, true, secret<&S::twilio_auth_token>,
     has_secret<&S::twilio_auth_token>},
    {"TWILIO_API_KEY_SID", console_keys, false, api_key, has_text<&S::twilio_api_key_sid>},
    {"TWILIO_API_KEY_SECRET", "shown once by the Twilio Console when the key is made", true,
     secret<&S::twilio_api_key_secret>, has_secret<&S::twilio_api_key_secret>},
    {"TWILIO_PHONE_NUMBER_SID", "PN…, Twilio Console, Phone Numbers, Active numbers", false,
     number_sid, has_text<&S::twilio_phone_number_sid>},
    {"NGROK_AUTHTOKEN", "dashboard.ngrok.com, Your Authtoken", true, secret<&S::ngrok_authtoken>,
     has_secret<&S::ngrok_authtoken>},
    {"PORT", "", false, port, nullptr},
    {"LISTEN_ADDRESS", "", false, address, nullptr},
    {"MY_PHONE", "your own number, such as +821012345678", false, my_phone,
     has_value<&S::my_phone>},
    {"OWNER_PHONES", "your own numbers, separated by commas", false, owners, has_owner},
    {"CALLER_PIN", "4 to 12 digits", true, pin, has_secret<&S::caller_pin>},
    {"ALLOWED_CALLERS", "", false, callers, nullptr},
    {"PUBLIC_URL", "https://…, where the bridge is reached from outside", false,
     web<&S::public_url>, has_text<&S::public_url>},
    {"WORKSPACE_DIR", "", false, path<&S::workspace_dir>, nullptr},
    {"REALTIME_MODEL", "", false, model<&S::realtime_model>, nullptr},
    {"VOICE", "", false, voice, nullptr},
    {"TRANSCRIBE_MODEL", "", false, model<&S::transcribe_model>, nullptr},
    {"EXTRACT_MODEL", "", false, model<&S::extract_model>, nullptr},
    {"TIMEZONE", "", false, timezone, nullptr},
    {"LANGUAGE", "", false, language, nullptr},
    {"CALL_LOG_DIR", "", false, path<&S::call_log_dir>, nullptr},
    {"ALLOWED_COUNTRIES", "", false, countries, nullptr},
    {"PREWARM", "", false, prewarm, nullptr},
    {"MAX_CALLS", "", false, max_calls, nullptr},
    {"MAX_CALL_MINUTES", "", false, max_minutes, nullptr},
    {"BUDGET_CALL_USD", "US dollars", false, money<&S::budget_call_usd>,
     has_value<&S::budget_call_usd>},
    {"BUDGET_DAY_USD", "US dollars", false, money<&S::budget_day_usd>,
     has_value<&S::budget_day_usd>},
    {"BUDGET_MONTH_USD", "US dollars", false, money<&S::budget_month_usd>,
     has_value<&S::budget_month_usd>},
    {"RECORD", "", false, record, nullptr},
    {"QUIET_HOURS", "such as 22:30-07:00", false, quiet, has_value<&S::quiet_hours>},
    {"MAX_CALLS_PER_DAY", "a number", false, max_a_day, has_value<&S::max_calls_per_day>},
    {"LATE_MINUTES", "", false, late, nullptr},
    {"CALENDAR_CALL_MINUTES", "", false, call_before, nullptr},
    {"VOICEMAIL", "", false, voicemail, nullptr},
    {"OPENAI_BASE_URL", "", false, web<&S::openai_base_url>, nullptr},
    {"OPENAI_REALTIME_URL", "", false, realtime_url, nullptr},
    {"TWILIO_BASE_URL", "", false, web<&S::twilio_base_url>, nullptr},
    {"TWILIO_VOICE_BASE_URL", "", false, web<&S::twilio_voice_base_url>, nullptr},
    {"NGROK_API_URL", "", false, web<&S::ngrok_api_url>, nullptr},
    {"OPERATOR_SOCKET", "", false, path<&S::operator_socket>, nullptr},
};

}  // namespace

std::span<const Field> fields() { return table; }

const Field* find_field(std::string_view name) {
    const auto* found = std::find_if(std::begin(table), std::end(table),
                                     [&](const Field& f) { return f.name == name; });
    return found == std::end(table) ? nullptr : found;
}

}  // namespace pa::config
