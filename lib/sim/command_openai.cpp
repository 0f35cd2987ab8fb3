#include "cli/console.hpp"
#include "config/directory.hpp"
#include "json/writer.hpp"
#include "sim/commands.hpp"
#include "sim/openai_server.hpp"
#include "sim/stop_switch.hpp"

namespace pa::sim {

Status run_openai_command(const OpenAiCommand& command) {
    StopSwitch stop;
    auto share = config::share_directory();
    if (!share) return share.error();
    auto scenario = Scenario::load(command.scenario, *share);
    if (!scenario) return scenario.error();
    auto loop = net::EventLoop::create({});
    if (!loop) return loop.error();

    OpenAiOptions o;
    o.port = command.port;
    o.scenario = std::move(*scenario);
    o.clips_folder = *share + "/clips";
    o.record_folder = command.record;
    o.on_event = [](std::string_view line) { cli::print(line); };
    auto server = OpenAiServer::listen(**loop, std::move(o));
    if (!server) return server.error();
    json::Writer w;
    w.object().member("event", "ready").member("url", (*server)->base_url()).end();
    cli::print(w.view());
    stop.run(**loop);
    return Done{};
}

}  // namespace pa::sim
