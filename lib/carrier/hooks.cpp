#include "carrier/hooks.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "json/writer.hpp"

namespace pa::carrier {
namespace {

/// Every field, under the name that Twilio reads, the name that it writes, and ours.
struct Field {
    const char* parameter;
    const char* member;
    std::string Number::*value;
};
constexpr Field fields[] = {
    {"VoiceUrl", "voice_url", &Number::voice_url},
    {"VoiceMethod", "voice_method", &Number::voice_method},
    {"VoiceFallbackUrl", "voice_fallback_url", &Number::voice_fallback_url},
    {"VoiceFallbackMethod", "voice_fallback_method", &Number::voice_fallback_method},
    {"StatusCallback", "status_callback", &Number::status_callback},
    {"StatusCallbackMethod", "status_callback_method", &Number::status_callback_method},
    {"VoiceApplicationSid", "voice_application_sid", &Number::voice_application_sid},
    {"TrunkSid", "trunk_sid", &Number::trunk_sid},
};

}  // namespace

Number read_hooks(json::Value hooks) {
    Number n;
    n.sid = hooks["sid"].text();
    n.phone_number = hooks["phone_number"].text();
    for (const Field& f : fields) n.*f.value = hooks[f.member].text();
    return n;
}

std::string write_hooks(const Number& number) {
    json::Writer w;
    w.start().object().member("sid", number.sid).member("phone_number", number.phone_number);
    for (const Field& f : fields) w.member(f.member, number.*f.value);
    return w.end().str();
}

Form changes(const Number& now, const Wanted& wanted) {
    Number want = now;
    want.voice_url = wanted.base + "/incoming";
    want.voice_method = "POST";
    want.status_callback = wanted.base + "/status";
    want.status_callback_method = "POST";
    if (!wanted.fallback.empty()) {
        want.voice_fallback_url = wanted.fallback;
        want.voice_fallback_method = "POST";
    }
    if (wanted.force) want.voice_application_sid = want.trunk_sid = "";
    return changes_back(now, want);
}

Form changes_back(const Number& now, const Number& before) {
    Form form;
    for (const Field& f : fields)
        if (now.*f.value != before.*f.value) form.emplace_back(f.parameter, before.*f.value);
    return form;
}

std::string ineffective(const Number& number) {
    const char* what = !number.trunk_sid.empty()               ? "a SIP trunk"
                       : !number.voice_application_sid.empty() ? "a TwiML application"
                                                               : nullptr;
    if (what == nullptr) return {};
    const std::string& sid =
        number.trunk_sid.empty() ? number.voice_application_sid : number.trunk_sid;
    return fmt::format(
        "{} sends its calls to {} ({}), so its voice URL has no effect: --force takes it off "
        "(--restore puts it back)",
        number.phone_number, what, sid);
}

Result<std::string> public_base(std::string_view typed) {
    typed = trim(typed);
    Url url;
    if (!Url::parse(typed, url))
        return Error{Errc::data,
                     fmt::format("{}: no URL (it looks like https://name.example)", typed)};
    if (url.scheme != "https" && !(url.scheme == "http" && url.loopback()))
        return Error{Errc::data, fmt::format("{}: only https can be given to Twilio", typed)};
    if (!url.user_info.empty() || url.target != "/" || typed.find('#') != std::string_view::npos)
        return Error{Errc::data, fmt::format("{}: only scheme, host and port may be given", typed)};
    return url.origin();
}

}  // namespace pa::carrier
