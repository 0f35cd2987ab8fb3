#include "base/file.hpp"
#include "cli/console.hpp"
#include "config/directory.hpp"
#include "json/writer.hpp"
#include "sim/certificate.hpp"
#include "sim/commands.hpp"
#include "sim/openai_server.hpp"
#include "sim/stop_switch.hpp"
#include "sim/tls_proxy.hpp"
#include "sim/tunnel_program.hpp"

namespace pa::sim {
namespace {

Result<RecordedAnswers> load_answers(const std::string& path) {
    auto text = read_file(path);
    if (!text) return text.error();
    return RecordedAnswers::parse(*text, path);
}

struct FarAway {
    std::unique_ptr<TlsProxy> proxy;
    std::string ca_file;
};

Result<FarAway> far_away(const OpenAiCommand& command, int port) {
    auto certificates = make_test_certificates(
        command.certificates.empty() ? default_certificate_folder() : command.certificates);
    if (!certificates) return certificates.error();
    ProxyOptions o;
    o.certificate_file = certificates->certificate_file;
    o.key_file = certificates->key_file;
    o.upstream_port = port;
    o.delay = std::chrono::milliseconds(command.latency_ms);
    auto proxy = TlsProxy::start(std::move(o));
    if (!proxy) return proxy.error();
    return FarAway{std::move(*proxy), certificates->ca_file};
}

}  // namespace

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
    if (!command.answers.empty()) {
        auto answers = load_answers(command.answers);
        if (!answers) return answers.error();
        o.recorded = std::move(*answers);
    }
    o.on_event = [](std::string_view line) { cli::print(line); };
    auto server = OpenAiServer::listen(**loop, std::move(o));
    if (!server) return server.error();
    json::Writer w;
    w.object().member("event", "ready");
    std::unique_ptr<TlsProxy> far;
    if (command.latency_ms == 0) {
        w.member("url", (*server)->base_url());
    } else {
        auto made = far_away(command, (*server)->port());
        if (!made) return made.error();
        far = std::move(made->proxy);
        w.member("url", far->url() + "/v1").member("ca_file", made->ca_file);
    }
    cli::print(w.end().view());
    stop.run(**loop);
    return Done{};
}

}  // namespace pa::sim
