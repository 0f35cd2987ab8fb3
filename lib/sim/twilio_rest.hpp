// Twilio's REST API (2010-04-01) for calls, numbers and the account, without sockets: one request
// in, one answer out, with Twilio's errors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/http_message.hpp"
#include "base/secret.hpp"
#include "sim/call_order.hpp"
#include "sim/call_resource.hpp"

namespace pa::sim {

/// An IncomingPhoneNumber. The names are those of the resource.
struct NumberResource {
    std::string sid, phone_number, friendly_name = "pa-sim";
    std::string voice_url, voice_method = "POST", voice_fallback_url,
                           voice_fallback_method = "POST";
    std::string status_callback, status_callback_method = "POST";
    std::string voice_application_sid, trunk_sid;
    bool voice = true;  // among its capabilities
};

struct RestAccount {
    std::string sid;
    Secret token;
    std::string key_sid;  // "" for none
    Secret key_secret;
    bool trial = false;
    std::vector<NumberResource> numbers;
    std::string status = "active", balance = "12.34";
    std::string primary_token;                 // that the account tells; "": it is `token`
    std::vector<std::string> permitted{"KR"};  // countries that may be called
    int clock_s = 0;                           // its clock is that much ahead
};

/// The calls behind the API.
class CallDesk {
public:
    virtual ~CallDesk() = default;
    virtual void place(CallResource call, CallOrder order) = 0;
    [[nodiscard]] virtual const CallResource* find(std::string_view sid) const = 0;
    [[nodiscard]] virtual std::vector<const CallResource*> newest_first() const = 0;
    virtual void remove(std::string_view sid) = 0;
    /// Each is false where the call's state does not allow it.
    virtual bool complete(std::string_view sid) = 0;
    virtual bool cancel(std::string_view sid) = 0;
    virtual bool redirect(std::string_view sid, const std::string& url,
                          const std::string& method) = 0;
    virtual bool run(std::string_view sid, const std::string& twiml) = 0;
};

struct RestRequest {
    std::string method, path;  // decoded, without the query
    Form query;
    std::string content_type, authorization, body;
};

class TwilioRest {
public:
    TwilioRest(RestAccount account, CallDesk& desk) : account_(std::move(account)), desk_(desk) {}

    [[nodiscard]] HttpResponse answer(const RestRequest& request);
    [[nodiscard]] RestAccount& account() { return account_; }
    /// Null if no number of the account is that one.
    [[nodiscard]] NumberResource* number(std::string_view e164);
    /// What goes wrong with an account and its first number: members named as above, and "type"
    /// ("Trial", "Full"); others stay as they are.
    void change_account(json::Value changes);

private:
    enum class Who { nobody, account, key };
    [[nodiscard]] Who who(const RestRequest& request) const;
    [[nodiscard]] HttpResponse account_answer(Who who) const;
    [[nodiscard]] HttpResponse permission_answer(std::string_view iso) const;
    [[nodiscard]] HttpResponse calls(const RestRequest& request);
    [[nodiscard]] HttpResponse create_call(const Form& form);
    [[nodiscard]] HttpResponse list_calls(const RestRequest& request) const;
    [[nodiscard]] HttpResponse one_call(const RestRequest& request, std::string_view sid);
    [[nodiscard]] HttpResponse change_call(const Form& form, std::string_view sid);
    [[nodiscard]] HttpResponse numbers(const RestRequest& request) const;
    [[nodiscard]] HttpResponse one_number(const RestRequest& request, std::string_view sid);

    RestAccount account_;
    CallDesk& desk_;
};

/// {"code","message","more_info","status"}
[[nodiscard]] HttpResponse rest_error(int status, int code, std::string_view message);

}  // namespace pa::sim
