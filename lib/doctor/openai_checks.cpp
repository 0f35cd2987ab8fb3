// The model's service: its key and its models, over HTTP.
#include <fmt/format.h>

#include "carrier/calls.hpp"
#include "config/models.hpp"
#include "doctor/check.hpp"
#include "json/document.hpp"
#include "openai/errors.hpp"
#include "openai/session.hpp"

namespace pa::doctor {
namespace {

using namespace std::chrono_literals;

Result<HttpResponse> ask_service(Context& context, const std::string& path) {
    const config::Settings& s = context.settings;
    HttpRequest request;
    request.url = s.openai_base_url + path;
    request.headers = openai::realtime_headers(s.openai_api_key);
    request.timeout = 15s;
    return context.http.send(request);
}

struct Model {
    const char* setting;
    const std::string& name;
    std::string otherwise;  // what to set instead, as far as we know
};

/// The default of the settings, which is a current model.
Model model_of(const char* setting, const std::string& name, const std::string& standard) {
    const config::ModelEnd* end = config::model_end(name);
    return {setting, name, end != nullptr ? std::string(end->successor) : standard};
}

/// True if an end of the model is announced, which is then told.
bool tell_end(const Model& model, std::string_view told_by_service, const std::string& today,
              Report& report) {
    const config::ModelEnd* end = config::model_end(model.name);
    std::string_view date = end != nullptr ? end->date : std::string_view();
    if (!told_by_service.empty()) date = told_by_service;  // it knows better than our table
    if (date.empty()) return false;
    report.warn(model.setting, config::ending(model.name, date, model.otherwise, today));
    return true;
}

void check_model(Context& context, const Model& model, Report& report) {
    if (model.name.empty() || context.settings.problems.count(model.setting) != 0) return;
    const std::string today = to_iso(context.machine.now).substr(0, 10);
    std::string date;
    if (context.facts.openai) {
        auto answer = ask_service(context, "/models/" + url_encode(model.name));
        if (!answer) return report.warn(model.setting, answer.error().what);
        if (answer->status == 404)
            return report.fail(model.setting,
                               fmt::format("{} is not there, or not for this key: change to {}",
                                           model.name, model.otherwise));
        if (answer->status != 200)
            return report.warn(model.setting, openai::openai_error(*answer).what);
        if (auto body = json::Document::parse(answer->body); body)
            date = body->root()["shutdown_date"].text();
    }
    if (tell_end(model, date, today, report)) return;
    report.ok(model.setting, fmt::format("{} {}", model.name,
                                         context.facts.openai ? "answers, no end is announced"
                                                              : "has no end that we know of"));
}

std::string seconds_of(std::chrono::milliseconds ms) {
    return fmt::format("{:.0f} s", static_cast<double>(ms.count()) / 1000);
}

}  // namespace

/// Any answer of the carrier has a date, also a refusal.
void check_clock(Context& context, Report& report) {
    HttpRequest request;
    request.url = context.settings.twilio_base_url + "/2010-04-01.json";
    request.timeout = 10s;
    const WallTime before = wall_now();
    auto answer = context.http.send(request);
    const WallTime after = wall_now();
    if (!answer) return report.warn("clock", "could not be compared: " + answer.error().what);
    auto theirs = carrier::parse_rfc2822(answer->header("date"));
    if (!theirs) return report.warn("clock", "could not be compared: the carrier tells no time");
    // Their date is cut to seconds.
    const auto ahead = before + (after - before) / 2 - (*theirs + 500ms);
    const auto off = ahead < 0ms ? -ahead : ahead;
    const auto sentence = fmt::format("is {} {} that of the carrier", seconds_of(off),
                                      ahead < 0ms ? "behind" : "before");
    const char* remedy = ": set it by the network (timedatectl set-ntp true)";
    if (off > 60s) return report.fail("clock", sentence + remedy);
    if (off > 5s) return report.warn("clock", sentence + remedy);
    report.ok("clock", "agrees with that of the carrier");
}

void check_openai(Context& context, Report& report) {
    if (!context.settings.require({"OPENAI_API_KEY", "OPENAI_BASE_URL"})) return;
    auto answer = ask_service(context, "/models");
    context.facts.openai = answer && answer->status == 200;
    context.facts.key_refused = !answer;
    if (!answer)
        return report.fail("OPENAI_BASE_URL",
                           answer.error().what + ": look at the network, and at this address");
    if (context.facts.openai) return report.ok("OPENAI_API_KEY", "is taken");
    // A key of few rights, or a compatible service without a list: the Realtime socket will tell.
    context.facts.key_refused = answer->status != 403 && answer->status != 404;
    if (!context.facts.key_refused)
        return report.warn("OPENAI_API_KEY",
                           fmt::format("may not list models (HTTP {}): that models are current "
                                       "could not be looked up",
                                       answer->status));
    report.fail("OPENAI_API_KEY", openai::openai_error(*answer).what);
}

void check_models(Context& context, Report& report) {
    const config::Settings& s = context.settings;
    const config::Settings standard;
    check_model(context, model_of("REALTIME_MODEL", s.realtime_model, standard.realtime_model),
                report);
    check_model(context,
                model_of("TRANSCRIBE_MODEL", s.transcribe_model, standard.transcribe_model),
                report);
    check_model(context, model_of("EXTRACT_MODEL", s.extract_model, standard.extract_model),
                report);
}

}  // namespace pa::doctor
