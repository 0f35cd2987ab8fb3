#include <fmt/format.h>

#include "twilio/rest.hpp"

namespace pa::twilio {
namespace {

HttpRequest request(const Account& a, std::string_view method, std::string_view path,
                    const Form& query = {}) {
    HttpRequest r;
    r.method = method;
    r.url = fmt::format("{}/2010-04-01/Accounts/{}{}", a.base_url, url_encode(a.sid), path);
    if (!query.empty()) r.url += "?" + form_encode(query);
    bool key = !a.key_sid.empty();
    r.user = key ? a.key_sid : a.sid;
    r.password = (key ? a.key_secret : a.token).reveal();
    return r;
}

HttpRequest post(const Account& a, std::string_view path, const Form& fields) {
    HttpRequest r = request(a, "POST", path);
    r.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    r.body = form_encode(fields);
    return r;
}

/// With the auth token, if there is one: standard API keys get 401 here.
HttpRequest account_request(Account a, std::string_view path) {
    if (!a.token.empty()) a.key_sid.clear();
    return request(a, "GET", path);
}

std::string call_path(std::string_view sid, std::string_view below = "") {
    return fmt::format("/Calls/{}{}.json", url_encode(sid), below);
}

std::string number_path(std::string_view sid) {
    return fmt::format("/IncomingPhoneNumbers/{}.json", url_encode(sid));
}

void add_detection(Form& form, const NewCall& call) {
    // Digits switch detection off at Twilio's side; saying so twice would be an error.
    if (!call.detect_machine || !call.send_digits.empty()) return;
    form.emplace_back("MachineDetection", call.detect_message_end ? "DetectMessageEnd" : "Enable");
    form.emplace_back("AsyncAmd", "true");
    if (call.machine_callback.empty()) return;
    form.emplace_back("AsyncAmdStatusCallback", call.machine_callback);
    form.emplace_back("AsyncAmdStatusCallbackMethod", "POST");
}

}  // namespace

HttpRequest create_call(const Account& account, const NewCall& call) {
    Form form{{"To", call.to}, {"From", call.from}, {"Url", call.url}, {"Method", "POST"}};
    if (!call.status_callback.empty()) {
        form.emplace_back("StatusCallback", call.status_callback);
        form.emplace_back("StatusCallbackMethod", "POST");
        for (const char* event : {"initiated", "ringing", "answered", "completed"})
            form.emplace_back("StatusCallbackEvent", event);
    }
    form.emplace_back("Timeout", std::to_string(call.ring_seconds));
    form.emplace_back("TimeLimit", std::to_string(call.limit_seconds));
    add_detection(form, call);
    if (!call.send_digits.empty()) form.emplace_back("SendDigits", call.send_digits);
    return post(account, "/Calls.json", form);
}

HttpRequest complete_call(const Account& account, std::string_view sid) {
    return post(account, call_path(sid), {{"Status", "completed"}});
}

HttpRequest run_twiml(const Account& account, std::string_view sid, std::string_view twiml) {
    return post(account, call_path(sid), {{"Twiml", std::string(twiml)}});
}

HttpRequest cancel_call(const Account& account, std::string_view sid) {
    return post(account, call_path(sid), {{"Status", "canceled"}});
}

HttpRequest fetch_call(const Account& account, std::string_view sid) {
    return request(account, "GET", call_path(sid));
}

HttpRequest list_calls(const Account& account, std::string_view to, std::string_view from) {
    Form query;
    if (!to.empty()) query.emplace_back("To", to);
    if (!from.empty()) query.emplace_back("From", from);
    query.emplace_back("PageSize", "50");
    return request(account, "GET", "/Calls.json", query);
}

HttpRequest call_notifications(const Account& account, std::string_view sid) {
    return request(account, "GET", call_path(sid, "/Notifications"));
}

HttpRequest fetch_number(const Account& account, std::string_view sid) {
    return request(account, "GET", number_path(sid));
}

HttpRequest find_number(const Account& account, std::string_view e164) {
    return request(account, "GET", "/IncomingPhoneNumbers.json",
                   {{"PhoneNumber", std::string(e164)}});
}

HttpRequest list_one_number(const Account& account) {
    return request(account, "GET", "/IncomingPhoneNumbers.json", {{"PageSize", "1"}});
}

HttpRequest update_number(const Account& account, std::string_view sid, const Form& fields) {
    return post(account, number_path(sid), fields);
}

HttpRequest fetch_account(const Account& account) { return account_request(account, ".json"); }
HttpRequest fetch_balance(const Account& account) {
    return account_request(account, "/Balance.json");
}

HttpRequest fetch_dialing_permission(const Account& account, std::string_view voice_base_url,
                                     std::string_view iso) {
    HttpRequest r = account_request(account, "");
    r.url = fmt::format("{}/v1/DialingPermissions/Countries/{}", voice_base_url, url_encode(iso));
    return r;
}

}  // namespace pa::twilio
