#include "carrier/calls.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdio>

#include "base/file.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"
#include "twilio/errors.hpp"

namespace pa::carrier {
namespace {

using namespace std::chrono_literals;

// A create may take its whole time-out to arrive, and Twilio's dates are whole seconds.
constexpr auto window_before = 3s, window_after = 60s;

constexpr const char* cache_schema = "phone-agent/caller-id/1";

}  // namespace

std::optional<WallTime> parse_rfc2822(std::string_view text) {
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int day = 0, year = 0, hour = 0, minute = 0, second = 0, zone = 0;
    char month[4] = "", sign = '+';
    int read =
        std::sscanf(std::string(text).c_str(), "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d %c%4d",
                    &day, month, &year, &hour, &minute, &second, &sign, &zone);
    if (read < 6) return std::nullopt;
    for (std::size_t m = 0; m < months.size(); ++m) {
        if (std::string_view(month) != months[m]) continue;
        bool numeric = read == 8 && (sign == '+' || sign == '-');  // else "GMT"
        return parse_iso(fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{:02}:{:02}", year,
                                     m + 1, day, hour, minute, second, numeric ? sign : '+',
                                     numeric ? zone / 100 : 0, numeric ? zone % 100 : 0));
    }
    return std::nullopt;
}

std::string cached_caller_id(const std::string& cache, std::string_view number_sid) {
    auto text = read_file(cache, 65536);
    if (!text) return {};
    auto document = json::Document::parse(*text);
    if (!document || document->root()["phone_number_sid"].text() != number_sid) return {};
    return std::string(document->root()["phone_number"].text());
}

Result<std::string> Calls::caller_id(const std::string& sid, const std::string& cache) {
    if (std::string known = cached_caller_id(cache, sid); !known.empty()) return known;
    auto answer = http_.send(twilio::fetch_number(account_, sid));
    if (!answer) return answer.error().in("caller id");
    auto number = twilio::read_number(*answer);
    if (!number) return number.error().in("caller id " + sid);
    json::Writer w;
    w.start().object().member("schema", cache_schema).member("phone_number_sid", sid);
    w.member("phone_number", number->phone_number).end();
    if (Status made = make_directory(cache.substr(0, cache.rfind('/'))); !made) return made.error();
    if (Status kept = write_file(cache, w.str() + "\n"); !kept) return kept.error();
    return number->phone_number;
}

Calls::Creation Calls::create(const twilio::NewCall& call,
                              const std::function<bool()>& never_sent) {
    for (auto pause : {500ms, 1500ms, 4000ms, 0ms}) {
        auto answer = http_.send(twilio::create_call(account_, call));
        if (!answer) return {std::nullopt, answer.error(), !never_sent()};
        if (answer->status == 429 && pause > 0ms) {
            sleep_(pause);
            continue;
        }
        auto created = twilio::read_call(*answer);
        if (created) return {created->sid, {Errc::later, {}}, false};
        // 2xx without a resource that can be read is as doubtful as a 5xx.
        bool refused = answer->status >= 400 && answer->status < 500;
        return {std::nullopt, created.error(), !refused};
    }
    return {};  // not reached: the last round returns
}

Result<std::optional<std::string>> Calls::look(const std::string& to, const std::string& from,
                                               WallTime sent_at, WallTime now) {
    auto answer = http_.send(twilio::list_calls(account_, to, from));
    if (!answer) return answer.error();
    auto calls = twilio::read_calls(*answer);
    if (!calls) return calls.error();
    auto their_now = parse_rfc2822(answer->header("Date"));
    auto ahead = their_now ? *their_now - now : 0ms;
    std::optional<std::string> found;  // newest first: the last one that fits was created first
    for (const twilio::CallResource& c : *calls) {
        auto created = parse_rfc2822(c.date_created);
        if (!created || c.to != to || c.direction == "inbound") continue;
        auto after = *created - ahead - sent_at;
        if (after >= -window_before && after <= window_after) found = c.sid;
    }
    return found;
}

Result<twilio::CallResource> Calls::fetch(const std::string& call_sid) {
    HttpRequest request = twilio::fetch_call(account_, call_sid);
    request.timeout = 10s;
    auto answer = http_.send(request);
    if (!answer) return answer.error();
    return twilio::read_call(*answer);
}

std::string Calls::why_failed(const std::string& call_sid) {
    HttpRequest request = twilio::call_notifications(account_, call_sid);
    request.timeout = 5s;
    auto answer = http_.send(request);
    if (!answer) return {};
    auto notes = twilio::read_notifications(*answer);
    if (!notes) return {};
    for (const twilio::Notification& note : *notes) {
        if (note.warning) continue;  // about our own answers, not about why the call failed
        std::string_view known = twilio::explanation_of(note.error_code);
        return fmt::format("{} (Twilio error {})",
                           known.empty() ? std::string_view(note.message) : known, note.error_code);
    }
    return {};
}

}  // namespace pa::carrier
