// The Realtime socket, as a call to the owner would use it, up to the first word.
#include <fmt/format.h>

#include "bridge/briefing.hpp"
#include "doctor/check.hpp"
#include "doctor/dialogue.hpp"
#include "json/document.hpp"
#include "openai/errors.hpp"
#include "openai/events.hpp"
#include "openai/session.hpp"

namespace pa::doctor {
namespace {

using namespace std::chrono_literals;

/// Opens a session, configures it as for a call, and says nothing: so it costs nothing.
class Rehearsal final : public Dialogue {
public:
    explicit Rehearsal(const openai::SessionSettings& settings) : settings_(settings) {}

    std::chrono::milliseconds connected{0}, accepted{0};  // since the start; after that

    void text(std::span<char> message) override {
        const auto event = openai::parse_event(parser_.parse_in_place(message));
        if (!event) return;
        if (std::holds_alternative<call::SessionCreated>(*event)) return configure();
        if (const auto* updated = std::get_if<call::SessionUpdated>(&*event))
            return judge(*updated);
        if (const auto* error = std::get_if<call::ModelError>(&*event)) refuse(*error);
    }

private:
    void configure() {
        connected = since(start_);
        sent_ = net::Clock::now();
        json::Writer w;
        openai::write_session_update(w, settings_, true, "doctor-1");
        if (peer() != nullptr) peer()->send_text(w.view());
    }

    void judge(const call::SessionUpdated& updated) {
        accepted = since(sent_);
        if (updated.input_format == "audio/pcmu" && updated.output_format == "audio/pcmu")
            return finish();
        finish(fmt::format("the session speaks {} and hears {}, not audio/pcmu as a telephone does",
                           updated.output_format, updated.input_format));
    }

    void refuse(const call::ModelError& error) {
        const std::string_view known = openai::explanation_of(error.code);
        finish(fmt::format("the session was refused: {} ({})",
                           known.empty() ? error.message : known, error.code));
    }

    [[nodiscard]] static std::chrono::milliseconds since(net::TimePoint begin) {
        return std::chrono::duration_cast<std::chrono::milliseconds>(net::Clock::now() - begin);
    }

    openai::SessionSettings settings_;
    json::Parser parser_;
    net::TimePoint start_ = net::Clock::now(), sent_{};
};

bool can_be_tried(const config::Settings& s) {
    return s
        .require({"OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_REALTIME_URL", "REALTIME_MODEL",
                  "VOICE", "TRANSCRIBE_MODEL", "LANGUAGE"})
        .has_value();
}

}  // namespace

void check_realtime(Context& context, Report& report) {
    const config::Settings& s = context.settings;
    if (context.facts.key_refused || !can_be_tried(s)) return;
    bridge::CallFacts call;
    call.call_sid = "CAdoctor";
    call.direction = "outbound";
    if (!s.owners.empty()) call.to = s.owners.front().str();
    bridge::FunctionCatalog functions;
    auto setup = bridge::brief(s, call, {}, &functions);
    if (!setup) return report.fail("Realtime", setup.error().what);
    for (const std::string& warning : setup->warnings) report.warn("functions", warning);
    Rehearsal rehearsal(setup->model);
    net::WsConnect connect;
    connect.url = setup->connect.url;
    connect.headers = setup->connect.headers;
    const std::string wrong = rehearsal.run(connect, 15s);
    if (!wrong.empty())
        return report.fail("Realtime",
                           fmt::format("{} with voice {}: {}; calls would be answered with an "
                                       "apology",
                                       s.realtime_model, s.voice, wrong));
    const std::string sentence =
        fmt::format("{} with voice {}: session in {} ms, accepted {} ms later", s.realtime_model,
                    s.voice, rehearsal.connected.count(), rehearsal.accepted.count());
    if (rehearsal.connected + rehearsal.accepted > 3s)
        return report.warn("Realtime", sentence + ": slow, and so will be the first word");
    report.ok("Realtime", sentence);
}

}  // namespace pa::doctor
