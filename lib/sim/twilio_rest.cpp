#include "sim/twilio_rest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"

namespace pa::sim {

namespace {

HttpResponse json_answer(int status, const json::Writer& w) {
    return {status, {{"Content-Type", "application/json"}}, w.str()};
}

bool is_e164(std::string_view n) {
    return n.size() >= 8 && n.size() <= 16 && n[0] == '+' && n[1] != '0' &&
           std::all_of(n.begin() + 1, n.end(), is_digit);
}

/// "/Calls/CA1/Notifications.json" -> {"Calls", "CA1", "Notifications"}
std::vector<std::string_view> steps_of(std::string_view path) {
    if (path.ends_with(".json")) path.remove_suffix(5);
    auto steps = split(path, '/');
    steps.erase(steps.begin());  // before the first slash
    return steps;
}

/// Field of the form, member of the resource.
const std::map<std::string_view, std::string NumberResource::*>& number_fields() {
    static const std::map<std::string_view, std::string NumberResource::*> all = {
        {"FriendlyName", &NumberResource::friendly_name},
        {"StatusCallback", &NumberResource::status_callback},
        {"StatusCallbackMethod", &NumberResource::status_callback_method},
        {"TrunkSid", &NumberResource::trunk_sid},
        {"VoiceApplicationSid", &NumberResource::voice_application_sid},
        {"VoiceFallbackMethod", &NumberResource::voice_fallback_method},
        {"VoiceFallbackUrl", &NumberResource::voice_fallback_url},
        {"VoiceMethod", &NumberResource::voice_method},
        {"VoiceUrl", &NumberResource::voice_url},
    };
    return all;
}

void write_number(json::Writer& w, const NumberResource& n, const std::string& account_sid) {
    auto text_or_null = [&](const char* name, const std::string& text) {
        w.key(name);
        text.empty() ? w.null() : w.value(text);
    };
    w.object()
        .member("sid", n.sid)
        .member("account_sid", account_sid)
        .member("phone_number", n.phone_number);
    w.member("friendly_name", n.friendly_name).member("voice_url", n.voice_url);
    w.member("voice_method", n.voice_method);
    text_or_null("voice_fallback_url", n.voice_fallback_url);
    w.member("voice_fallback_method", n.voice_fallback_method)
        .member("status_callback", n.status_callback);
    w.member("status_callback_method", n.status_callback_method);
    text_or_null("voice_application_sid", n.voice_application_sid);
    text_or_null("trunk_sid", n.trunk_sid);
    w.member("voice_receive_mode", "voice")
        .member("beta", false)
        .member("origin", "twilio")
        .member("status", "in-use");
    w.key("capabilities")
        .object()
        .member("voice", n.voice)
        .member("sms", true)
        .member("mms", false)
        .member("fax", false)
        .end();
    w.member("uri", fmt::format("/2010-04-01/Accounts/{}/IncomingPhoneNumbers/{}.json", account_sid,
                                n.sid))
        .end();
}

struct Page {
    std::size_t number = 0, size = 50;
};

Page page_of(const Form& query) {
    auto value = [&](std::string_view name, std::size_t otherwise) {
        const auto text = form_value(query, name);
        std::from_chars(text.data(), text.data() + text.size(), otherwise);
        return otherwise;
    };
    return {value("Page", 0), std::clamp<std::size_t>(value("PageSize", 50), 1, 1000)};
}

/// A page of a list: `items` writes those from `begin` to `end` as array elements.
template <class Write>
HttpResponse list_answer(const RestRequest& request, const char* key, std::size_t count,
                         Write write) {
    const Page page = page_of(request.query);
    const std::size_t begin = std::min(count, page.number * page.size),
                      end = std::min(count, begin + page.size);
    auto uri = [&](std::size_t number) {
        Form query;
        for (const auto& field : request.query) {
            if (field.first != "Page") query.push_back(field);
        }
        query.emplace_back("Page", std::to_string(number));
        return request.path + "?" + form_encode(query);
    };
    json::Writer w;
    w.object().key(key).array();
    for (std::size_t i = begin; i < end; ++i) write(w, i);
    w.end().member("page", page.number).member("page_size", page.size).member("start", begin);
    w.member("end", end > begin ? end - 1 : begin)
        .member("uri", uri(page.number))
        .member("first_page_uri", uri(0));
    w.key("next_page_uri");
    end < count ? w.value(uri(page.number + 1)) : w.null();
    w.key("previous_page_uri");
    page.number > 0 ? w.value(uri(page.number - 1)) : w.null();
    return json_answer(200, w.end());
}

HttpResponse call_answer(int status, const CallResource& call) {
    json::Writer w;
    write_call(w, call);
    return json_answer(status, w);
}

HttpResponse no_such(std::string_view path) {
    return rest_error(404, 20404, fmt::format("The requested resource {} was not found", path));
}

}  // namespace

HttpResponse rest_error(int status, int code, std::string_view message) {
    json::Writer w;
    w.object().member("code", code).member("message", message);
    w.member("more_info", fmt::format("https://www.twilio.com/docs/errors/{}", code))
        .member("status", status);
    return json_answer(status, w.end());
}

NumberResource* TwilioRest::number(std::string_view e164) {
    for (auto& n : account_.numbers) {
        if (n.phone_number == e164) return &n;
    }
    return nullptr;
}

TwilioRest::Who TwilioRest::who(const RestRequest& request) const {
    if (!request.authorization.starts_with("Basic ")) return Who::nobody;
    const auto given = base64_decode(std::string_view(request.authorization).substr(6));
    if (!given) return Who::nobody;
    auto is = [&](const std::string& user, const Secret& password) {
        return !user.empty() && !password.empty() &&
               equal_constant_time(*given, user + ":" + password.reveal());
    };
    if (is(account_.sid, account_.token)) return Who::account;
    return is(account_.key_sid, account_.key_secret) ? Who::key : Who::nobody;
}

HttpResponse TwilioRest::answer(const RestRequest& request) {
    const Who asks = who(request);
    if (asks == Who::nobody) return rest_error(401, 20003, "Authenticate");
    constexpr std::string_view permissions = "/v1/DialingPermissions/Countries/";
    if (request.path.starts_with(permissions))
        return permission_answer(std::string_view(request.path).substr(permissions.size()));
    const std::string base = "/2010-04-01/Accounts/" + account_.sid;
    if (!request.path.starts_with(base) || !request.path.ends_with(".json"))
        return no_such(request.path);
    if (request.method == "POST" &&
        !request.content_type.starts_with("application/x-www-form-urlencoded"))
        return rest_error(415, 20001, "Unsupported Media Type: send a form");
    const std::string_view below = std::string_view(request.path).substr(base.size());
    if (below == ".json") return account_answer(asks);
    const auto steps = steps_of(below);
    if (steps.size() == 1 && steps[0] == "Balance") {
        json::Writer w;
        w.object()
            .member("account_sid", account_.sid)
            .member("balance", account_.balance)
            .member("currency", "USD")
            .end();
        return json_answer(200, w);
    }
    if (!steps.empty() && steps[0] == "Calls") return calls(request);
    if (steps.size() == 1 && steps[0] == "IncomingPhoneNumbers") return numbers(request);
    if (steps.size() == 2 && steps[0] == "IncomingPhoneNumbers")
        return one_number(request, steps[1]);
    return no_such(request.path);
}

HttpResponse TwilioRest::account_answer(Who asks) const {
    if (asks == Who::key) return rest_error(401, 20003, "Authenticate");
    json::Writer w;
    w.object()
        .member("sid", account_.sid)
        .member("friendly_name", "pa-sim")
        .member("status", account_.status);
    w.member("type", account_.trial ? "Trial" : "Full")
        .member("auth_token",
                account_.primary_token.empty() ? account_.token.reveal() : account_.primary_token)
        .end();
    return json_answer(200, w);
}

/// voice.twilio.com: may numbers of that country be called?
HttpResponse TwilioRest::permission_answer(std::string_view iso) const {
    const auto& all = account_.permitted;
    json::Writer w;
    w.object().member("iso_code", iso);
    w.member("low_risk_numbers_enabled", std::find(all.begin(), all.end(), iso) != all.end());
    w.member("high_risk_special_numbers_enabled", false);
    w.member("high_risk_tollfraud_numbers_enabled", false).end();
    return json_answer(200, w);
}

void TwilioRest::change_account(json::Value changes) {
    auto text = [&](const char* name, std::string& out) { out = changes[name].text(out); };
    NumberResource& number = account_.numbers.at(0);
    account_.trial = changes["type"].text(account_.trial ? "Trial" : "") == "Trial";
    text("status", account_.status);
    text("balance", account_.balance);
    text("primary_token", account_.primary_token);
    account_.clock_s = static_cast<int>(changes["clock_s"].integer(account_.clock_s));
    number.voice = changes["voice"].boolean(number.voice);
    text("voice_application_sid", number.voice_application_sid);
    text("trunk_sid", number.trunk_sid);
    if (!changes["permitted"].is_array()) return;
    account_.permitted.clear();
    changes["permitted"].for_each(
        [&](json::Value iso) { account_.permitted.emplace_back(iso.text()); });
}

// --- calls ---

HttpResponse TwilioRest::calls(const RestRequest& request) {
    const auto steps = steps_of(std::string_view(request.path).substr(request.path.find("/Calls")));
    if (steps.size() == 1 && request.method == "POST")
        return create_call(form_decode(request.body));
    if (steps.size() == 1 && request.method == "GET") return list_calls(request);
    if (steps.size() == 2) return one_call(request, steps[1]);
    const CallResource* call = steps.size() == 3 ? desk_.find(steps[1]) : nullptr;
    if (call == nullptr || request.method != "GET" || steps[2] != "Notifications")
        return no_such(request.path);
    json::Writer w;
    write_notifications(w, *call);
    return json_answer(200, w);
}

HttpResponse TwilioRest::create_call(const Form& form) {
    const auto to = form_value(form, "To"), from = form_value(form, "From");
    if (to.empty()) return rest_error(400, 21201, "No 'To' number is specified");
    if (!is_e164(to) || to == from)
        return rest_error(400, 21211, fmt::format("Invalid 'To' Phone Number: {}", to));
    if (from.empty()) return rest_error(400, 21213, "No 'From' number is specified");
    if (!is_e164(from))
        return rest_error(400, 21212, fmt::format("Invalid 'From' Phone Number: {}", from));
    const NumberResource* mine = number(from);
    if (mine == nullptr)
        return rest_error(400, 21210,
                          "The source phone number provided is not yet verified for your account.");
    CallOrder order;
    if (const auto refusal = read_order(form, order))
        return rest_error(400, refusal->code, refusal->message);
    CallResource call;
    call.sid = new_sid("CA");
    call.account_sid = account_.sid;
    call.phone_number_sid = mine->sid;
    call.to = to;
    call.from = from;
    call.created = wall_now();
    desk_.place(call, order);
    return call_answer(201, call);
}

HttpResponse TwilioRest::list_calls(const RestRequest& request) const {
    auto fits = [&](const CallResource& call) {
        for (const auto& [name, value] : request.query) {
            const std::string day =
                to_iso(call.started ? *call.started : call.created).substr(0, 10);
            if ((name == "To" && value != call.to) || (name == "From" && value != call.from) ||
                (name == "Status" && value != call.status) ||
                (name == "StartTime" && value != day) || (name == "StartTime<" && day > value) ||
                (name == "StartTime>" && day < value))
                return false;
        }
        return true;
    };
    std::vector<const CallResource*> found;
    for (const auto* call : desk_.newest_first()) {
        if (fits(*call)) found.push_back(call);
    }
    return list_answer(request, "calls", found.size(),
                       [&](json::Writer& w, std::size_t i) { write_call(w, *found[i]); });
}

HttpResponse TwilioRest::one_call(const RestRequest& request, std::string_view sid) {
    const CallResource* call = desk_.find(sid);
    if (call == nullptr) return no_such(request.path);
    if (request.method == "GET") return call_answer(200, *call);
    if (request.method == "POST") return change_call(form_decode(request.body), sid);
    if (request.method != "DELETE") return rest_error(405, 20004, "Method not allowed");
    if (!call->final()) return rest_error(400, 21220, "Call is in-progress. Cannot delete.");
    desk_.remove(sid);
    return {204, {}, ""};
}

HttpResponse TwilioRest::change_call(const Form& form, std::string_view sid) {
    const auto status = form_value(form, "Status"), url = form_value(form, "Url"),
               twiml = form_value(form, "Twiml");
    bool done = false;
    if (status == "completed") {
        done = desk_.complete(sid);
    } else if (status == "canceled") {
        done = desk_.cancel(sid) || desk_.find(sid)->status == "in-progress";  // left alone
    } else if (!status.empty()) {
        return rest_error(400, 20001, fmt::format("Invalid Status: {}", status));
    } else if (!url.empty()) {
        if (!is_web_url(url)) return rest_error(400, 21205, "Url is not a valid URL");
        const auto method = form_value(form, "Method");
        done = desk_.redirect(sid, std::string(url), method.empty() ? "POST" : std::string(method));
    } else if (!twiml.empty()) {
        done = desk_.run(sid, std::string(twiml));
    } else {
        return rest_error(400, 20001, "Nothing to change: send Status, Url or Twiml");
    }
    if (!done) return rest_error(400, 21220, "Call is not in-progress. Cannot redirect.");
    return call_answer(200, *desk_.find(sid));
}

// --- numbers ---

HttpResponse TwilioRest::numbers(const RestRequest& request) const {
    if (request.method != "GET") return rest_error(405, 20004, "Method not allowed");
    auto wanted = form_value(request.query, "PhoneNumber");
    const bool part = wanted.find('*') != std::string_view::npos;
    const std::string piece = replace_all(std::string(wanted), "*", "");
    std::vector<const NumberResource*> found;
    for (const auto& n : account_.numbers) {
        if (part ? n.phone_number.find(piece) != std::string::npos
                 : wanted.empty() || n.phone_number == wanted)
            found.push_back(&n);
    }
    return list_answer(
        request, "incoming_phone_numbers", found.size(),
        [&](json::Writer& w, std::size_t i) { write_number(w, *found[i], account_.sid); });
}

HttpResponse TwilioRest::one_number(const RestRequest& request, std::string_view sid) {
    auto same = [&](const NumberResource& n) { return n.sid == sid; };
    const auto n = std::find_if(account_.numbers.begin(), account_.numbers.end(), same);
    if (n == account_.numbers.end()) return no_such(request.path);
    if (request.method == "POST") {
        NumberResource changed = *n;
        for (const auto& [name, value] : form_decode(request.body)) {
            const auto field = number_fields().find(name);
            if (field == number_fields().end())
                return rest_error(400, 20001, "Unknown parameter: " + name);
            if (name.ends_with("Url") && !value.empty() && !is_web_url(value))
                return rest_error(400, 21502, name + " is not a valid URL");
            if (name.ends_with("Method") && value != "GET" && value != "POST")
                return rest_error(400, 21403, name + " must be GET or POST");
            changed.*field->second = value;
        }
        *n = changed;
    } else if (request.method != "GET") {
        return rest_error(405, 20004, "Method not allowed");
    }
    json::Writer w;
    write_number(w, *n, account_.sid);
    return json_answer(200, w);
}

}  // namespace pa::sim
