#include "twilio/errors.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "json/document.hpp"

namespace pa::twilio {
namespace {

constexpr std::size_t message_limit = 300;  // code points of Twilio's own words

struct Entry {
    int code;
    std::string_view text;
};

constexpr std::string_view geo_permission =
    "calls to this country are not permitted: an owner or administrator of the account switches it "
    "on in the "
    "Console under Voice, Settings, Geo permissions";
constexpr std::string_view trial_number =
    "a trial account calls only verified numbers, from the number assigned to them, and cannot run "
    "Media "
    "Streams: upgrade the account";
constexpr std::string_view blocked =
    "Twilio blocks this number (fraud risk or regulation; for +1 also an account without a Primary "
    "Customer "
    "Profile): ask Twilio support";
constexpr std::string_view bad_url =
    "a URL we gave is not a public https address: check PUBLIC_URL and the tunnel";
constexpr std::string_view inactive =
    "the account is not active: look in the Console for missing funds or terms to accept";
constexpr std::string_view bad_to =
    "the number called is not valid, or is the caller's own: check it";
constexpr std::string_view bad_value = "a parameter has a value out of range: check the options";

constexpr Entry entries[] = {
    {10001, inactive},
    {10002,
     "not possible on a trial account, which cannot run Media Streams either: upgrade the account"},
    {10004,
     "too many calls at once for this account: wait, or get a Business Customer Profile approved"},
    {10005,
     "calling is not enabled for this account: create a Customer Profile in the Console and ask "
     "Twilio support to "
     "enable Voice"},
    {11100, bad_url},
    {11200, "the webhook answered 4xx or 5xx, or nothing: is pa-bridge running behind the URL"},
    {11205, "the webhook could not be reached: are pa-tunnel and pa-bridge running"},
    {11210,
     "the host name of the webhook is not known: the tunnel's URL has changed, run "
     "pa-webhook-sync"},
    {11215, "the webhook redirects too often"},
    {11220, "no TLS with the webhook's host: check the tunnel"},
    {11235, "the certificate of the webhook's host is not valid: check the tunnel"},
    {11237, "the certificate of the webhook's host is not trusted: check the tunnel"},
    {11750, "the webhook's answer is too long"},
    {12100, "the webhook's answer is no XML: something other than pa-bridge answers at the URL"},
    {12300,
     "the webhook's answer has no usable Content-Type: something other than pa-bridge answers at "
     "the URL"},
    {13224, "the number called is not supported or not E.164: check it"},
    {13225, blocked},
    {13227, geo_permission},
    {13805, "a trial call ends after 10 minutes: upgrade the account"},
    {14111, trial_number},
    {20003,
     "wrong account SID, auth token or API key: copy them again from the Console (no blanks, the "
     "live ones, the same "
     "region)"},
    {20005, inactive},
    {20008, "not possible with test credentials: use the live account SID and token"},
    {20404, "no such resource in this account: check the SID"},
    {20429, "too many requests at once: wait and try again"},
    {21201, "no number to call was given"},
    {21202, "premium numbers are not called"},
    {21203, geo_permission},
    {21205, bad_url},
    {21206, "the digits to send may be 0-9, A-D, #, *, w and W, at most 32"},
    {21208, bad_value},
    {21209, bad_value},
    {21210,
     "the caller id is neither a number of this account nor verified: check "
     "TWILIO_PHONE_NUMBER_SID"},
    {21211, bad_to},
    {21212, "the caller id is not a valid number: check TWILIO_PHONE_NUMBER_SID"},
    {21213, "no caller id was given: set TWILIO_PHONE_NUMBER_SID"},
    {21214, "the number called cannot be reached from Twilio"},
    {21215, geo_permission},
    {21216, blocked},
    {21217, bad_to},
    {21219, trial_number},
    {21220, "the call is not in a state that allows this: it has probably ended"},
    {21234, bad_value},
    {21402, bad_url},
    {21421, "no such phone number in this account: check TWILIO_PHONE_NUMBER_SID"},
    {21502, bad_url},
    {31901, "the media stream could not connect in time: is the tunnel routing"},
    {31902, "the media stream was refused: is pa-bridge running behind the tunnel"},
    {31903, "the media stream broke: pa-bridge or the tunnel died"},
    {31904, "the media stream's host was unreachable: check the tunnel"},
    {31910, "no TLS with the media stream's host: check the tunnel"},
    {31920, "the media stream's upgrade was refused: is it pa-bridge that answers at the URL"},
    {31921, "the media stream was closed from our side"},
    {31924, "a framing error on the media stream, mostly a proxy's fault: check the tunnel"},
    {31930, "our link is too slow for the media stream"},
    {32014, "no audio on the call"},
    {32015, "the call reached its maximum duration"},
    {32016, "the carrier did not ring in time"},
    {32017,
     "the carrier blocked the caller id: many refuse international calls, tell the person "
     "beforehand"},
    {32203, blocked},
    {32205, geo_permission},
    {573002, trial_number},
    {573005, trial_number},
};

bool passes(const Problem& p) {
    if (p.code == 10004 || p.code == 20429) return true;
    return p.status == 408 || p.status == 429 || p.status >= 500;
}

Errc errc_of(const Problem& p) {
    if (p.code == 20003 || p.code == 20008) return Errc::credentials;
    if (p.status == 401 && p.code == 0) return Errc::credentials;
    return passes(p) ? Errc::later : Errc::unavailable;
}

std::string sentence(const Problem& p) {
    if (std::string_view known = explanation_of(p.code); !known.empty())
        return fmt::format("{} (Twilio error {})", known, p.code);
    std::string text = p.code != 0 ? fmt::format("Twilio error {}", p.code)
                                   : fmt::format("Twilio answered {}", p.status);
    if (p.code == 0 && p.status == 401)
        text += ", wrong credentials: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN";
    if (!p.message.empty()) text += ": " + p.message;
    if (!p.more_info.empty()) text += ", see " + p.more_info;
    return text;
}

std::string quoted(json::Value v) {
    std::string text = printable(utf8_prefix(to_utf8(trim(v.text())), message_limit));
    while (text.ends_with('.')) text.pop_back();
    return replace_all(text, "\n", " ");
}

}  // namespace

Problem read_problem(const HttpResponse& response) {
    Problem problem;
    problem.status = response.status;
    auto body = json::Document::parse(response.body);
    if (!body) return problem;
    json::Value root = body->root();
    problem.code = static_cast<int>(root["code"].integer());
    problem.message = quoted(root["message"]);
    problem.more_info = quoted(root["more_info"]);
    return problem;
}

std::string_view explanation_of(int code) {
    for (const Entry& e : entries)
        if (e.code == code) return e.text;
    return {};
}

Error error_of(const HttpResponse& response) {
    Problem problem = read_problem(response);
    return {errc_of(problem), sentence(problem)};
}

}  // namespace pa::twilio
