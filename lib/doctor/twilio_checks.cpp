// The carrier: credentials, account, money, number, permissions. The answer about the account holds
// the auth token: it is read here and goes nowhere.
#include <fmt/format.h>

#include <algorithm>

#include "base/crypto.hpp"
#include "base/http_message.hpp"
#include "carrier/account.hpp"
#include "carrier/hooks.hpp"
#include "carrier/syncer.hpp"
#include "doctor/check.hpp"
#include "twilio/rest.hpp"

namespace pa::doctor {
namespace {

using namespace std::chrono_literals;

Result<HttpResponse> send(Context& context, HttpRequest request) {
    request.timeout = 15s;
    return context.http.send(request);
}

/// An answer, read; errors of the way and of the service are the same to us.
template <class T>
Result<T> ask(Context& context, HttpRequest request, Result<T> (*read)(const HttpResponse&)) {
    auto answer = send(context, std::move(request));
    if (!answer) return answer.error();
    return read(*answer);
}

/// Where calls are made with a key, the key must be good as well as the token.
bool key_is_good(Context& context, const twilio::Account& account, Report& report) {
    if (account.key_sid.empty()) return true;
    auto numbers = ask(context, twilio::list_one_number(account), twilio::read_numbers);
    if (numbers)
        report.ok("TWILIO_API_KEY_SID", "is taken");
    else
        report.fail("TWILIO_API_KEY_SID", numbers.error().what);
    return numbers.has_value();
}

bool account_is_good(const twilio::AccountResource& account, Report& report) {
    if (account.status != "active" && !account.status.empty()) {
        report.fail("account", fmt::format("is {}: look in the Console for missing funds or terms "
                                           "to accept",
                                           account.status));
        return false;
    }
    if (account.type == "Trial") {
        report.fail("account",
                    "is a trial, which cannot run Media Streams (a sentence saying so is spoken, "
                    "and nothing else): upgrade it in the Console");
        return false;
    }
    report.ok("account", account.type.empty() ? "is active" : "is active, and no trial");
    return true;
}

/// Calling codes that stand for one country; of "1" the first that is meant.
struct Country {
    std::string_view code, iso;
};
constexpr Country countries[] = {
    {"1", "US"},   {"7", "RU"},   {"20", "EG"},  {"27", "ZA"},  {"30", "GR"},  {"31", "NL"},
    {"32", "BE"},  {"33", "FR"},  {"34", "ES"},  {"36", "HU"},  {"39", "IT"},  {"40", "RO"},
    {"41", "CH"},  {"43", "AT"},  {"44", "GB"},  {"45", "DK"},  {"46", "SE"},  {"47", "NO"},
    {"48", "PL"},  {"49", "DE"},  {"51", "PE"},  {"52", "MX"},  {"54", "AR"},  {"55", "BR"},
    {"56", "CL"},  {"57", "CO"},  {"60", "MY"},  {"61", "AU"},  {"62", "ID"},  {"63", "PH"},
    {"64", "NZ"},  {"65", "SG"},  {"66", "TH"},  {"81", "JP"},  {"82", "KR"},  {"84", "VN"},
    {"86", "CN"},  {"90", "TR"},  {"91", "IN"},  {"351", "PT"}, {"352", "LU"}, {"353", "IE"},
    {"358", "FI"}, {"420", "CZ"}, {"852", "HK"}, {"853", "MO"}, {"886", "TW"}, {"971", "AE"},
    {"972", "IL"},
};

std::string_view iso_of(std::string_view code) {
    const auto* found = std::find_if(std::begin(countries), std::end(countries),
                                     [&](const Country& c) { return c.code == code; });
    return found == std::end(countries) ? std::string_view() : found->iso;
}

void check_permission(Context& context, const twilio::Account& account, const std::string& code,
                      Report& report) {
    const std::string_view iso = iso_of(code);
    const std::string subject = fmt::format("calls to +{}", code);
    if (iso.empty())
        return report.ok(subject, "were not looked up: Console, Voice, Settings, Geo permissions");
    auto permitted =
        ask(context,
            twilio::fetch_dialing_permission(account, context.settings.twilio_voice_base_url, iso),
            twilio::read_dialing_permission);
    if (!permitted) return report.fail(subject, permitted.error().what);
    if (!*permitted)
        return report.fail(subject,
                           fmt::format("are not permitted ({}; errors 21215, 13227, 32205): an "
                                       "owner or administrator of the account switches it on in "
                                       "the Console, Voice, Settings, Geo permissions",
                                       iso));
    report.ok(subject, fmt::format("are permitted ({})", iso));
}

/// For people; "" where the owner's number is of the same country.
std::string foreign(const std::string& number, const config::Settings& settings) {
    if (!settings.my_phone || settings.my_phone->str().substr(0, 3) == number.substr(0, 3))
        return "";
    return "; it is a foreign one to MY_PHONE: shown as an international call (국제전화), which "
           "carriers and handsets may refuse: allow it there, and save it as a contact";
}

}  // namespace

void check_twilio(Context& context, Report& report) {
    const config::Settings& s = context.settings;
    if (!s.require({"TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_BASE_URL"})) return;
    auto account = carrier::account_of(s);
    if (!account) return;  // told by the settings
    if (!key_is_good(context, *account, report)) return;
    auto facts = ask(context, twilio::fetch_account(*account), twilio::read_account);
    if (!facts) return report.fail("TWILIO_AUTH_TOKEN", facts.error().what);
    const bool primary =
        facts->auth_token.empty() ||
        equal_constant_time(facts->auth_token.reveal(), s.twilio_auth_token.reveal());
    if (!primary)
        return report.fail("TWILIO_AUTH_TOKEN",
                           "is not the primary token of the account, with which Twilio signs: "
                           "every webhook would be refused; copy the primary one from the Console");
    report.ok("TWILIO_AUTH_TOKEN", "is taken");
    context.facts.token_signs = true;
    context.facts.twilio = account_is_good(*facts, report);
}

void check_balance(Context& context, Report& report) {
    if (!context.facts.twilio) return;
    constexpr double minute = 0.0552;  // US dollars, to Korea (Twilio's list, 2026-09-25)
    constexpr double little = 2;
    auto account = carrier::account_of(context.settings);
    auto balance = ask(context, twilio::fetch_balance(*account), twilio::read_balance);
    // Subaccounts have none of their own.
    if (!balance) return report.warn("balance", "cannot be read: " + balance.error().what);
    const std::string sentence = fmt::format("{:.2f} {}", balance->amount, balance->currency);
    if (balance->amount <= 0)
        return report.fail("balance", sentence +
                                          ": no call will be made; add funds in the Console "
                                          "(Billing)");
    const bool dollars = balance->currency == "USD";
    const std::string minutes =
        dollars ? fmt::format(", about {:.0f} minutes to Korea", balance->amount / minute) : "";
    if (dollars && balance->amount < little)
        return report.warn("balance", sentence + minutes + ": add funds in the Console (Billing)");
    report.ok("balance", sentence + minutes);
}

void check_number(Context& context, Report& report) {
    const config::Settings& s = context.settings;
    if (!context.facts.twilio || !s.require({"TWILIO_PHONE_NUMBER_SID"})) return;
    const char* subject = "TWILIO_PHONE_NUMBER_SID";
    auto account = carrier::account_of(s);
    auto number = ask(context, twilio::fetch_number(*account, s.twilio_phone_number_sid),
                      twilio::read_number);
    if (!number) return report.fail(subject, number.error().what);
    if (!number->voice)
        return report.fail(subject, fmt::format("{} cannot do voice: buy a number that can",
                                                number->phone_number));
    if (std::string why = carrier::ineffective(*number); !why.empty())
        return report.fail(subject, why);
    context.facts.number = number->phone_number;
    report.ok(subject, fmt::format("{} is the account's and can do voice{}", number->phone_number,
                                   foreign(number->phone_number, s)));
}

void check_permissions(Context& context, Report& report) {
    if (!context.facts.twilio) return;
    auto account = carrier::account_of(context.settings);
    for (const std::string& code : context.settings.allowed_countries)
        check_permission(context, *account, code, report);
}

void check_limits(Context& context, Report& report) {
    if (!context.facts.twilio) return;
    report.ok("calls at once",
              "2 without an approved Customer Profile, 3 with an Individual one, no limit with a "
              "Business one: Twilio does not tell which the account has; beyond it error 10004, "
              "and 10005 where Voice is not enabled");
}

void check_sync(Context& context, Report& report) {
    const Facts& facts = context.facts;
    if (facts.number.empty() || facts.public_url.empty()) return;
    carrier::Syncer syncer(context.http, *carrier::account_of(context.settings),
                           context.settings.twilio_phone_number_sid,
                           context.settings.directory + "/run", [](auto) {});
    carrier::Wanted wanted;
    // Of one of several bridges the number knows only the address that they have in common.
    Url url;
    wanted.base = Url::parse(facts.public_url, url) ? url.origin() : facts.public_url;
    if (Status synced = syncer.check(wanted); !synced)
        return report.fail("VoiceUrl",
                           fmt::format("{}: pa-webhook-sync {}", synced.error().what, wanted.base));
    report.ok("VoiceUrl", fmt::format("calls to {} come to {}", facts.number, wanted.base));
}

}  // namespace pa::doctor
