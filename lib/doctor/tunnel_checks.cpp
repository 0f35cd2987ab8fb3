// The way from outside to this machine: the tunnel, and the bridge behind it.
#include <fmt/format.h>

#include "dial/bridge.hpp"
#include "doctor/check.hpp"
#include "tunnel/ngrok.hpp"
#include "tunnel/probe.hpp"

namespace pa::doctor {
namespace {

constexpr std::string_view pipeline = "pa-tunnel | pa-webhook-sync | pa-bridge --public-url -";

tunnel::Finding look_at_ngrok(Context& context) {
    tunnel::Wanted wanted;
    wanted.port = context.settings.port;
    wanted.api_url = context.settings.ngrok_api_url;
    return tunnel::Ngrok(wanted, context.http).look();
}

/// What the bridge was told, by whatever tunnel; "" if none runs or it knows none.
std::string told_to_bridge(Context& context) {
    dial::Bridge bridge(context.http, context.settings.operator_socket);
    auto info = bridge.status();
    return info && info->public_url.starts_with("https://") ? info->public_url : std::string();
}

/// Finds the public URL and says whose it is; "" after a failure.
std::string find_tunnel(Context& context, Report& report) {
    const config::Settings& s = context.settings;
    if (!s.public_url.empty()) {
        report.ok("PUBLIC_URL", s.public_url + " is fixed: no tunnel is looked for");
        return s.public_url;
    }
    const tunnel::Finding found = look_at_ngrok(context);
    if (!found.url.empty()) {
        report.ok("ngrok",
                  fmt::format("{} leads to port {} (agent at {})", found.url, s.port, found.where));
        return found.url;
    }
    if (std::string told = told_to_bridge(context); !told.empty()) {
        report.ok("tunnel", told + " is what the bridge was told; no ngrok here has it");
        return told;
    }
    if (!found.strangers.empty())
        report.fail("ngrok", fmt::format("no tunnel leads to port {}, there is {}: that is "
                                         "somebody else's, or PORT is another; start ours: {}",
                                         s.port, tunnel::describe(found.strangers), pipeline));
    else
        report.fail("tunnel",
                    fmt::format("none leads to port {}: start it: {} (if ngrok then ends with "
                                "ERR_NGROK_108 or 334, another machine has the account's session; "
                                "with 105, 107 or 4018 the NGROK_AUTHTOKEN is wrong or revoked)",
                                s.port, pipeline));
    return {};
}

std::string remedy_of(const tunnel::Probe& probe) {
    if (probe.detail.find("certificate") != std::string::npos)
        return "is the package ca-certificates missing here, or a proxy of this network between";
    return fmt::format("restart the tunnel: {}", pipeline);
}

/// The limits of the plan, where its name shows that it is the free one (ngrok's page, 2026-08).
void tell_plan(const std::string& url, Report& report) {
    if (url.find(".ngrok-free.") == std::string::npos) return;
    report.ok("ngrok plan",
              "free: one address, so one machine at a time (ERR_NGROK_108, ERR_NGROK_334), 1 GB "
              "and 20,000 requests a month, which is some 15 hours of calls");
}

}  // namespace

std::string tunnel_in_use(Context& context) {
    const tunnel::Finding found = look_at_ngrok(context);
    return found.url.empty() ? told_to_bridge(context) : found.url;
}

void check_tunnel(Context& context, Report& report) {
    const std::string url = find_tunnel(context, report);
    if (url.empty()) return;
    tell_plan(url, report);
    const tunnel::Probe probe = tunnel::probe(context.http, url, std::chrono::seconds(10));
    if (!probe.works())
        return report.fail("public URL",
                           fmt::format("{}: {}; {}", url, probe.detail, remedy_of(probe)));
    context.facts.public_url = url;
    context.facts.bridge_nonce = probe.nonce;  // "": nothing listens behind it
}

void check_bridge(Context& context, Report& report) {
    const Facts& facts = context.facts;
    if (facts.public_url.empty()) return;
    dial::Bridge bridge(context.http, context.settings.operator_socket);
    auto info = bridge.status();
    if (!info) return report.fail("bridge", fmt::format("{}: {}", info.error().what, pipeline));
    if (info->public_url != facts.public_url)
        return report.fail("bridge",
                           fmt::format("takes {} for its public URL, but that is {}: what is "
                                       "signed for one is refused for the other; join them: {}",
                                       info->public_url, facts.public_url, pipeline));
    if (facts.bridge_nonce.empty())
        return report.fail("bridge", fmt::format("runs, but the tunnel leads to a port where "
                                                 "nothing listens: is PORT {} the bridge's",
                                                 context.settings.port));
    if (facts.bridge_nonce != info->nonce)
        return report.fail("bridge",
                           fmt::format("another bridge answers behind {}: stop that one, or give "
                                       "this agent a PORT and a tunnel of its own",
                                       facts.public_url));
    context.facts.bridge = true;
    report.ok("bridge", fmt::format("answers behind {}, and it is this agent's", facts.public_url));
}

}  // namespace pa::doctor
