#include "sim/call_resource.hpp"

#include <fmt/format.h>

#include <ctime>

#include "base/crypto.hpp"

namespace pa::sim {

namespace {

void text_or_null(json::Writer& w, const char* name, const std::string& text) {
    w.key(name);
    text.empty() ? w.null() : w.value(text);
}

void time_or_null(json::Writer& w, const char* name, const std::optional<WallTime>& time) {
    text_or_null(w, name, time ? to_rfc2822(*time) : "");
}

std::string path_of(const CallResource& call) {
    return fmt::format("/2010-04-01/Accounts/{}/Calls/{}", call.account_sid, call.sid);
}

}  // namespace

bool CallResource::final() const {
    return status != "queued" && status != "initiated" && status != "ringing" &&
           status != "in-progress";
}

int CallResource::duration_s() const {
    if (!started || !ended) return 0;
    return static_cast<int>(std::chrono::round<std::chrono::seconds>(*ended - *started).count());
}

std::string new_sid(const char* prefix) { return prefix + hex(random_bytes(16)); }

std::string to_rfc2822(WallTime time) {
    const std::time_t seconds =
        std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    static const char* const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char* const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000", days[utc.tm_wday], utc.tm_mday,
                       months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

void write_call(json::Writer& w, const CallResource& call) {
    w.object()
        .member("sid", call.sid)
        .member("account_sid", call.account_sid)
        .member("api_version", "2010-04-01");
    time_or_null(w, "date_created", call.created);
    time_or_null(w, "date_updated", call.ended ? *call.ended : call.created);
    w.key("parent_call_sid").null();
    w.member("to", call.to).member("to_formatted", call.to);
    w.member("from", call.from).member("from_formatted", call.from);
    text_or_null(w, "phone_number_sid", call.phone_number_sid);
    w.member("status", call.status);
    time_or_null(w, "start_time", call.started);
    time_or_null(w, "end_time", call.ended);
    text_or_null(w, "duration", call.final() ? std::to_string(call.duration_s()) : "");
    w.key("price").null().member("price_unit", "USD").member("direction", call.direction);
    text_or_null(w, "answered_by", call.answered_by);
    w.key("forwarded_from").null().key("group_sid").null().key("caller_name").null();
    w.member("queue_time", "0").key("trunk_sid").null();
    w.member("uri", path_of(call) + ".json").key("subresource_uris").object();
    for (const char* name : {"Notifications", "Recordings", "Events", "Streams"}) {
        std::string key(name);
        key[0] = static_cast<char>(key[0] - 'A' + 'a');
        w.member(key, path_of(call) + "/" + name + ".json");
    }
    w.end().end();
}

void write_notifications(json::Writer& w, const CallResource& call) {
    w.object().key("notifications").array();
    for (const auto& n : call.notifications) {
        w.object().member("call_sid", call.sid).member("error_code", std::to_string(n.code));
        w.member("log", n.code / 10 == 3195 ? "1" : "0").member("message_text", url_encode(n.what));
        w.member("more_info", fmt::format("https://www.twilio.com/docs/errors/{}", n.code)).end();
    }
    w.end().member("page", 0).member("page_size", 50).key("next_page_uri").null();
    w.member("uri", path_of(call) + "/Notifications.json").end();
}

Form webhook_parameters(const CallResource& call) {
    Form form{{"CallSid", call.sid},
              {"AccountSid", call.account_sid},
              {"From", call.from},
              {"To", call.to},
              {"Caller", call.from},
              {"Called", call.to},
              {"CallStatus", call.status},
              {"ApiVersion", "2010-04-01"},
              {"Direction", call.direction},
              {"FromCountry", ""},
              {"ToCountry", ""}};
    if (!call.answered_by.empty()) form.emplace_back("AnsweredBy", call.answered_by);
    return form;
}

Form status_parameters(const CallResource& call, const std::string& event, int sequence) {
    Form form = webhook_parameters(call);
    for (auto& [name, value] : form) {
        if (name == "CallStatus" && event == "initiated") value = "initiated";
    }
    form.emplace_back("Timestamp", to_rfc2822(wall_now()));
    form.emplace_back("CallbackSource", "call-progress-events");
    form.emplace_back("SequenceNumber", std::to_string(sequence));
    if (event != "completed") return form;
    form.emplace_back("CallDuration", std::to_string(call.duration_s()));
    form.emplace_back("Duration", std::to_string((call.duration_s() + 59) / 60));
    form.emplace_back("SipResponseCode", std::to_string(call.sip_code));
    return form;
}

}  // namespace pa::sim
