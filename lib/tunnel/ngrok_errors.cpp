// ngrok's error codes that a user of a voice agent meets (ngrok docs: errors/, read 2026-08).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>

#include "tunnel/ngrok.hpp"

namespace pa::tunnel {
namespace {

constexpr std::string_view new_token =
    "get a token at https://dashboard.ngrok.com/get-started/your-authtoken and put it into "
    "NGROK_AUTHTOKEN";

struct Entry {
    std::array<int, 7> codes;
    Errc code;
    std::string_view meaning, remedy;
};

// The remedy of the token errors is filled in from new_token.
const Entry entries[] = {
    {{105}, Errc::credentials, "the ngrok authtoken is malformed", new_token},
    {{106}, Errc::credentials, "the ngrok authtoken is of the first version", new_token},
    {{107}, Errc::credentials, "the ngrok authtoken was revoked or reset", new_token},
    {{108, 348},
     Errc::later,
     "this ngrok account has no agent session left",
     "stop the other ngrok (https://dashboard.ngrok.com/agents shows it), or let one agent serve "
     "both tunnels"},
    {{120, 121}, Errc::unavailable, "this ngrok is too old for the service", "run ngrok update"},
    {{123},
     Errc::credentials,
     "the e-mail address of the ngrok account is not verified",
     "open the link in ngrok's e-mail"},
    {{302, 303, 312},
     Errc::config,
     "TCP and TLS tunnels are not on this ngrok plan",
     "only an HTTP tunnel is needed: check ngrok's configuration"},
    {{307, 316, 318, 320},
     Errc::config,
     "this domain is not reserved for the ngrok account",
     "check --url against https://dashboard.ngrok.com/domains"},
    {{313, 314},
     Errc::config,
     "a domain of one's own needs a paid ngrok plan",
     "leave --url out: the account's free dev domain is then used"},
    {{324, 350, 352},
     Errc::later,
     "the ngrok account has too many endpoints online",
     "stop one of them"},
    {{326, 347, 355},
     Errc::config,
     "the domain has a character that ngrok does not take",
     "check --url"},
    {{334},
     Errc::later,
     "this ngrok endpoint is already online, from another agent or a stale session",
     "stop the other ngrok (https://dashboard.ngrok.com/endpoints shows it)"},
    {{351, 715, 718, 720, 725, 727, 734},
     Errc::later,
     "a rate or monthly limit of the ngrok plan is used up",
     "wait, or upgrade the plan"},
    {{714, 716, 717},
     Errc::later,
     "the connection limit of the ngrok plan is reached",
     "wait, or upgrade the plan"},
    {{3004},
     Errc::later,
     "what listens on the local port does not speak HTTP",
     "check --port: pa-bridge serves plain HTTP there"},
    {{3200}, Errc::later, "the ngrok endpoint is offline", "its agent is gone or still connecting"},
    {{3208}, Errc::unavailable, "the ngrok account is banned", "write to ngrok's support"},
    {{4018}, Errc::credentials, "ngrok has no authtoken", new_token},
    {{6022, 6023, 6024},
     Errc::later,
     "ngrok shows browsers a warning page",
     "it is harmless: Twilio does not get it"},
    {{8012}, Errc::later, "nothing listens on the local port", "start pa-bridge"},
};

}  // namespace

Trouble explain_ngrok(int code) {
    for (const Entry& entry : entries)  // the arrays are padded with 0, which is no code
        if (code != 0 &&
            std::find(entry.codes.begin(), entry.codes.end(), code) != entry.codes.end())
            return {fmt::format("{} (ERR_NGROK_{}): {}", entry.meaning, code, entry.remedy),
                    entry.code};
    return {fmt::format(
        "ngrok reports ERR_NGROK_{0}: see https://ngrok.com/docs/errors/err_ngrok_{0}", code)};
}

}  // namespace pa::tunnel
