// pa-bridge: answers Twilio's calls and joins each with a Realtime session of the model.
#include <fmt/format.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "bridge/briefing.hpp"
#include "bridge/ctl.hpp"
#include "bridge/service.hpp"
#include "cli/tool.hpp"
#include "config/settings.hpp"
#include "dial/about.hpp"
#include "json/writer.hpp"
#include "net/http.hpp"

namespace {

using pa::cli::Exit;

struct Options {
    std::string public_url, on_call_end, about, persona;
    int port = 0, drain_seconds = 60, workers = 1;
    std::string trace;
    bool record = false, take_over = false;
    bool show_prompt = false, stranger = false, inbound = false;
    // ctl: of a running bridge
    std::string ask;  // which subcommand; "": none
    std::string call, text, reason, urgent;
    bool off = false, goodbye = false, confirm = false, close = false, json = false;
};

/// Subcommands of ctl about one call.
void declare_commands(CLI::App& ctl, Options& o) {
    auto about_call = [&](const char* name, const char* what) {
        auto* sub = ctl.add_subcommand(name, what);
        sub->fallthrough()->callback([&o, name] { o.ask = name; });
        sub->add_option("CALL", o.call, "SID of the call, the end of one, or: only")
            ->required()
            ->type_name("");
        return sub;
    };
    auto with_text = [&](CLI::App* sub) {
        sub->add_option("TEXT", o.text, "The words; - reads stdin")->required()->type_name("");
    };
    with_text(about_call("say", "Have the agent say TEXT word for word"));
    with_text(about_call("whisper", "Tell the agent TEXT, which nobody else hears"));
    about_call("mute", "Have the agent keep silent")
        ->add_flag("--off", o.off, "It may speak again");
    auto* hangup = about_call("hangup", "End the call at once");
    hangup->add_flag("--goodbye", o.goodbye, "After a goodbye of the agent");
    hangup->add_option("--reason", o.reason, "For the record")->type_name("TEXT");
    auto* transfer = about_call("transfer", "Put the call through, by the rules of pa-dial");
    transfer->add_option("NUMBER", o.text, "As people write it")->required()->type_name("");
    transfer->add_option("--urgent", o.urgent, "In quiet hours and beyond the daily cap")
        ->type_name("REASON");
    transfer->add_flag("--confirm-number", o.confirm, "Even a number that looks doubtful");
}

void declare_ctl(CLI::App& app, Options& o) {
    auto* ctl = app.add_subcommand("ctl", "Ask, or command, the bridge that runs for this agent");
    ctl->require_subcommand(1)->fallthrough();
    ctl->footer(
        "Examples:\n  pa-bridge ctl list\n  pa-bridge ctl say only '저녁은 일곱 시에 있어'\n"
        "  pa-bridge ctl transfer 5e1f 010-0000-5678\n  pa-bridge ctl page");
    auto question = [&](const char* name, const char* what) {
        auto* sub = ctl->add_subcommand(name, what);
        sub->fallthrough()->callback([&o, name] { o.ask = name; });
        return sub;
    };
    question("status", "Address, process and number of calls, as JSON");
    question("calls", "The running calls as JSON");
    question("metrics", "Counters in Prometheus text");
    question("list", "The running calls, one a line")
        ->add_flag("--json", o.json, "As ctl calls prints them");
    question("page", "Open the live page, and print its address for a browser")
        ->add_flag("--close", o.close, "Close it, and let nobody in any more");
    declare_commands(*ctl, o);
}

void declare(CLI::App& app, Options& o) {
    app.add_option("--port", o.port, "Listen on this port (default: PORT, else 8082)")
        ->check(CLI::Range(0, 65535));
    app.add_option("--public-url", o.public_url,
                   "Public base: a URL, - (URLs on stdin), @FILE (watched)");
    app.add_option("--on-call-end", o.on_call_end,
                   "Run CMD with each finished log's path behind it")
        ->type_name("CMD");
    app.add_option("--drain-seconds", o.drain_seconds,
                   "Told to stop: wait this long for running calls")
        ->check(CLI::Range(0, 86400));
    app.add_option("--workers", o.workers, "Loops, each with a thread, that share the calls")
        ->check(CLI::Range(1, 64));
    app.add_flag("--takeover", o.take_over,
                 "Take the place of the bridge that runs; it brings its calls to their end");
    app.add_flag("--record", o.record,
                 "Keep a stereo WAV of each call beside its log; others than the owner are told");
    app.add_option("--trace", o.trace, "Keep the events of each call in DIR, for pa-sim replay")
        ->type_name("DIR");
    auto* prompt =
        app.add_flag("--show-prompt", o.show_prompt, "Print what the model would be told, and end");
    app.add_option("--about", o.about, "With --show-prompt: what the call is about")->needs(prompt);
    app.add_option("--persona", o.persona, "With --show-prompt: another persona")->needs(prompt);
    app.add_flag("--stranger", o.stranger, "With --show-prompt: for anyone but the owner")
        ->needs(prompt);
    app.add_flag("--inbound", o.inbound, "With --show-prompt: for a call that comes in")
        ->needs(prompt);
    declare_ctl(app, o);
}

pa::Result<Exit> show_prompt(const Options& o, const pa::config::Settings& settings) {
    pa::bridge::Dial dial;
    auto about = pa::dial::read_about(o.about);
    if (!about) return about.error();
    dial.about = *about;
    dial.persona = o.persona;
    auto prompt = pa::bridge::prompt_for(settings, dial, !o.inbound, !o.stranger);
    if (!prompt) return prompt.error();
    pa::cli::print(*prompt);
    return Exit::yes;
}

/// The JSON of a command.
pa::Result<std::string> wish_of(const Options& o) {
    pa::json::Writer w;
    w.start().object();
    if (o.ask == "say" || o.ask == "whisper") {
        auto text = pa::dial::read_about(o.text, "TEXT");
        if (!text) return text.error();
        w.member("text", *text);
    }
    if (o.ask == "mute") w.member("on", !o.off);
    if (o.ask == "hangup") {
        w.member("goodbye", o.goodbye);
        if (!o.reason.empty()) w.member("reason", o.reason);
    }
    if (o.ask == "transfer")
        w.member("to", o.text).member("urgent", o.urgent).member("confirmed", o.confirm);
    return w.end().str();
}

pa::Result<Exit> list_calls(pa::bridge::Ctl& ctl) {
    auto rows = ctl.list();
    if (!rows) return rows.error();
    for (const std::string& row : *rows)
        if (!pa::cli::print(row)) break;
    return Exit::yes;
}

pa::Result<Exit> live_page(pa::bridge::Ctl& ctl, bool close) {
    auto answer = ctl.post(close ? "/page/close" : "/page", "{}");
    if (!answer) return answer.error();
    if (close) return Exit::yes;
    auto document = pa::json::Document::parse(*answer);
    if (!document) return document.error().in("answer of the bridge");
    pa::cli::print(document->root()["url"].text());
    return Exit::yes;
}

pa::Result<Exit> ask_bridge(const Options& o, const pa::config::Settings& settings) {
    pa::net::CurlHttp http;
    pa::bridge::Ctl ctl(http, settings);
    if (o.ask == "list" && !o.json) return list_calls(ctl);
    if (o.ask == "page") return live_page(ctl, o.close);
    const std::string asked = o.ask == "list" ? "calls" : o.ask;
    if (asked == "status" || asked == "calls" || asked == "metrics") {
        auto answer = ctl.get("/" + asked);
        if (!answer) return answer.error();
        pa::cli::print(*answer);
        return Exit::yes;
    }
    auto wish = wish_of(o);
    if (!wish) return wish.error();
    auto done = ctl.post("/calls/" + pa::url_encode(o.call) + "/" + o.ask, *wish);
    if (!done) return done.error();
    return Exit::yes;
}

pa::Result<Exit> run(const Options& o) {
    pa::config::LoadOptions load;
    load.directory = pa::cli::common().directory;
    load.persona = o.persona;
    if (o.port != 0) load.overrides["PORT"] = std::to_string(o.port);
    if (o.record) load.overrides["RECORD"] = "yes";
    auto settings = pa::config::load(load);
    if (!settings) return settings.error();
    for (const auto& warning : settings->warnings) pa::cli::say(warning);
    if (o.show_prompt) return show_prompt(o, *settings);
    if (!o.ask.empty()) return ask_bridge(o, *settings);
    auto ready = settings->require({"OPENAI_API_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"});
    if (!ready) return ready.error();
    // Those that may be left out must make sense where they are written.
    auto sane = settings->well_formed({"PORT",
                                       "MY_PHONE",
                                       "OWNER_PHONES",
                                       "CALLER_PIN",
                                       "LISTEN_ADDRESS",
                                       "ALLOWED_CALLERS",
                                       "PUBLIC_URL",
                                       "WORKSPACE_DIR",
                                       "REALTIME_MODEL",
                                       "VOICE",
                                       "TRANSCRIBE_MODEL",
                                       "TIMEZONE",
                                       "LANGUAGE",
                                       "PREWARM",
                                       "MAX_CALLS",
                                       "MAX_CALL_MINUTES",
                                       "RECORD",
                                       "BUDGET_CALL_USD",
                                       "BUDGET_DAY_USD",
                                       "BUDGET_MONTH_USD",
                                       "OPENAI_BASE_URL",
                                       "OPENAI_REALTIME_URL",
                                       "TWILIO_BASE_URL",
                                       "TWILIO_API_KEY_SID",
                                       "TWILIO_API_KEY_SECRET",
                                       "OPERATOR_SOCKET"});
    if (!sane) return sane.error();
    // What every call begins with: better told now than by a call that cannot be held.
    if (auto prompt = pa::bridge::prompt_for(*settings, {}, true, true); !prompt)
        return prompt.error();

    pa::bridge::ServiceOptions service;
    service.bridge.settings = std::move(*settings);
    service.bridge.print_record = [](std::string_view line) { return pa::cli::print(line); };
    if (!o.trace.empty())
        service.bridge.trace_folder = pa::resolve_path(service.bridge.settings.directory, o.trace);
    service.workers = o.workers;
    service.public_url = o.public_url;
    service.take_over = o.take_over;
    service.drain = std::chrono::seconds(o.drain_seconds);
    if (!pa::split_words(o.on_call_end, service.bridge.on_call_end))
        return pa::Error{pa::Errc::usage, "--on-call-end: a quote is left open"};
    if (auto served = pa::bridge::serve(std::move(service)); !served) return served.error();
    return Exit::yes;
}

}  // namespace

int main(int argc, char** argv) {
    return pa::cli::tool_main<Options>(
        {"pa-bridge", "Answer Twilio and join each call with the model.",
         "Examples:\n  pa-tunnel | pa-webhook-sync | pa-bridge --public-url -\n"
         "  pa-bridge --public-url @run/public-url --on-call-end ./after-call\n"
         "  pa-bridge --show-prompt --about '오늘 10시 치과'"},
        argc, argv, declare, run);
}
