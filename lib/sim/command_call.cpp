#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

#include "cli/console.hpp"
#include "json/document.hpp"
#include "sim/commands.hpp"
#include "sim/softphone.hpp"
#include "sim/stop_switch.hpp"
#include "sim/twilio_call.hpp"
#include "sim/wav.hpp"

namespace pa::sim {

namespace {

/// For the person at the phone.
void narrate(std::string_view line) {
    auto event = json::Document::parse(line);
    if (!event) return;
    const auto e = event->root();
    const std::string name(e["event"].text());
    if (name == "said") cli::say("announcement: " + std::string(e["text"].text()));
    if (name == "stream") cli::say("connected");
    if (name == "complaint")
        cli::warn(std::string(e["code"].text()) + " " + std::string(e["what"].text()));
    if (name == "ended") cli::say("call ended: " + std::string(e["status"].text()));
    cli::debug(line);
}

CallResource inbound_call(const CallCommand& command) {
    CallResource c;
    c.sid = new_sid("CA");
    const char* account = std::getenv("TWILIO_ACCOUNT_SID");
    c.account_sid = account == nullptr ? "AC00000000000000000000000000000001" : account;
    c.direction = "inbound";
    c.from = command.from;
    c.to = command.to;
    c.created = wall_now();
    return c;
}

Result<Secret> signing_token() {
    const char* token = std::getenv("TWILIO_AUTH_TOKEN");
    if (token == nullptr || *token == '\0')
        return Error{Errc::config,
                     "TWILIO_AUTH_TOKEN is not set: the bridge answers signed calls only"};
    return Secret(token);
}

}  // namespace

Status run_call_command(const CallCommand& command) {
    StopSwitch stop;
    auto token = signing_token();
    if (!token) return token.error();
    if (isatty(STDIN_FILENO) != 0 || isatty(STDOUT_FILENO) != 0)
        return Error{Errc::usage,
                     "pipe audio in and out: arecord -t raw -f MU_LAW -r 8000 | pa-sim call | "
                     "aplay -t raw -f MU_LAW -r 8000"};
    auto loop = net::EventLoop::create({});
    if (!loop) return loop.error();
    Recorder nothing;
    net::HttpPool pool(**loop, 2);
    Carrier carrier{**loop, pool, nothing, {}, *token, {}, {}, false, true, {}, {}};
    carrier.person = [&] {
        return std::make_unique<Softphone>(STDIN_FILENO, STDOUT_FILENO,
                                           std::chrono::seconds(command.linger_s));
    };
    Delays delays(**loop);
    carrier.tell = [&](std::string_view line) {
        narrate(line);
        // The last webhook and the closing of the socket still have to go out.
        if (line.starts_with(R"({"event":"ended")"))
            delays.after(milliseconds(700), [&] { (*loop)->stop(); });
    };
    CallOrder order;
    order.url = command.url + "/incoming";
    order.status_callback = command.url + "/status";
    Scenario scenario;
    scenario.carrier.max_call_ms = 24 * 3'600'000;
    TwilioCall call(carrier, inbound_call(command), std::move(order), std::move(scenario));
    call.begin();
    stop.run(**loop);
    call.hang_up();
    if (!command.wav_file.empty() && call.resource().started) {
        const auto recording = call.recording();
        if (auto s = write_file(command.wav_file, stereo_wav(recording.caller, recording.agent));
            !s)
            return s;
    }
    if (!call.resource().started)
        return Error{Errc::no, "the call was not answered: " + call.resource().status};
    return Done{};
}

}  // namespace pa::sim
