// pa-sim: stands in for Twilio, OpenAI, ngrok and a caller, on loopback, with real audio timing.
//
// Called as ngrok, cloudflared or tailscale (by a symbolic link) it acts as that program.
#include <string_view>
#include <vector>

#include "cli/tool.hpp"
#include "sim/commands.hpp"
#include "sim/tunnel_program.hpp"

namespace {

using pa::cli::Exit;

struct Options {
    std::string command;
    pa::sim::CallCommand call;
    pa::sim::NgrokCommand ngrok;
    pa::sim::OpenAiCommand openai;
    pa::sim::TwilioCommand twilio;
    pa::sim::ReplayCommand replay;
    std::string certificates;
};

CLI::App* add_command(CLI::App& app, Options& o, const std::string& name,
                      const std::string& summary) {
    auto* command = app.add_subcommand(name, summary);
    command->fallthrough()->callback([&o, name] { o.command = name; });
    return command;
}

void declare_ngrok(CLI::App& app, pa::sim::NgrokCommand& o) {
    app.add_option("--to", o.local_port, "Local port that is forwarded to; 0: choose a free one")
        ->check(CLI::Range(0, 65535))
        ->capture_default_str();
    app.add_option("--api-port", o.api_port, "Port of the agent's API (default: any)");
    app.add_option("--public-port", o.public_port, "Port of the public URL (default: any)");
    app.add_option("--certificates", o.certificates, "Folder of the throw-away certificates");
    app.add_option("--scenario", o.scenario, "Name or file; faults at ngrok.api and ngrok.tunnel");
}

void declare_openai(CLI::App& app, pa::sim::OpenAiCommand& o) {
    app.add_option("--port", o.port, "Port to listen on (default: any)");
    app.add_option("--scenario", o.scenario, "Name or file: what the model says, what goes wrong")
        ->capture_default_str();
    app.add_option("--record", o.record, "Folder for all events and requests, as JSON lines");
    app.add_option("--latency-ms", o.latency_ms,
                   "One way to the service, over TLS; connecting takes its round trips")
        ->check(CLI::Range(0, 2000));
    app.add_option("--certificates", o.certificates, "Folder of the throw-away certificates");
    app.add_option("--answers", o.answers, "File of recorded answers to chat completions");
}

void declare_twilio(CLI::App& app, pa::sim::TwilioCommand& o) {
    app.add_option("--port", o.port, "Port of the REST API (default: any)");
    app.add_option("--number", o.number, "The account's number")->capture_default_str();
    app.add_option("--voice-url", o.voice_url, "The number's VoiceUrl at the start");
    app.add_option("--status-callback", o.status_callback,
                   "The number's StatusCallback at the start");
    app.add_flag("--trial", o.trial, "A trial account: <Stream> is not run");
    app.add_option("--scenario", o.scenarios,
                   "Name or file, of all calls or as NUMBER=NAME; repeatable")
        ->capture_default_str();
    app.add_option("--wav", o.wav_folder, "Folder for a stereo WAV of each call");
    app.add_option("--record", o.record_folder,
                   "Folder for all requests and messages, as JSON lines");
}

void declare_call(CLI::App& app, pa::sim::CallCommand& o) {
    app.add_option("--url", o.url, "Base of the bridge")->capture_default_str();
    app.add_option("--from", o.from, "Who calls")->capture_default_str();
    app.add_option("--to", o.to, "The number that is called")->capture_default_str();
    app.add_option("--wav", o.wav_file, "File for a stereo WAV of the call");
    app.add_option("--linger", o.linger_s,
                   "Seconds of silence before hanging up when stdin has ended")
        ->capture_default_str();
}

void declare_replay(CLI::App& app, pa::sim::ReplayCommand& o) {
    app.add_option("TRACE", o.trace, "A file of pa-bridge --trace")->required();
    app.add_flag("--print", o.print, "Print the trace as it would be written now");
}

void declare(CLI::App& app, Options& o) {
    app.require_subcommand(1);
    declare_ngrok(*add_command(app, o, "ngrok", "The tunnel: agent's API and public side"),
                  o.ngrok);
    declare_openai(*add_command(app, o, "openai", "The model: Realtime, Chat Completions"),
                   o.openai);
    declare_twilio(*add_command(app, o, "twilio", "The carrier: REST API, calls, media streams"),
                   o.twilio);
    declare_call(*add_command(app, o, "call", "A softphone: u-law on stdin and stdout"), o.call);
    declare_replay(*add_command(app, o, "replay", "Go through a recorded call again, and compare"),
                   o.replay);
    add_command(app, o, "certificates", "Make the throw-away certificates and tell where they are")
        ->add_option("FOLDER", o.certificates, "Where (default: below the temporary folder)");
}

pa::Status run_command(const Options& o) {
    if (o.command == "ngrok") return pa::sim::run_ngrok_command(o.ngrok);
    if (o.command == "openai") return pa::sim::run_openai_command(o.openai);
    if (o.command == "twilio") return pa::sim::run_twilio_command(o.twilio);
    if (o.command == "call") return pa::sim::run_call_command(o.call);
    if (o.command == "replay") return pa::sim::run_replay_command(o.replay);
    return pa::sim::run_certificates_command(o.certificates);
}

pa::Result<Exit> run(const Options& o) {
    const auto done = run_command(o);
    if (!done) return done.error();
    return Exit::yes;
}

}  // namespace

int main(int argc, char** argv) {
    std::string_view name = argc > 0 ? argv[0] : "";
    name.remove_prefix(name.rfind('/') + 1);  // npos + 1 is 0
    if (pa::sim::is_tunnel_program(name))
        return pa::sim::run_tunnel_program(name,
                                           std::vector<std::string_view>(argv + 1, argv + argc));
    return pa::cli::tool_main<Options>(
        {"pa-sim", "The world of a phone agent on loopback: carrier, model, tunnel, caller", ""},
        argc, argv, declare, run);
}
