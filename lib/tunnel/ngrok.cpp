#include "tunnel/ngrok.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/http_message.hpp"
#include "base/text.hpp"
#include "json/document.hpp"

namespace pa::tunnel {
namespace {

/// "addr" is a text, or an object {"Scheme":"http","Host":"127.0.0.1:9700"} in some versions.
std::string address_of(json::Value address) {
    if (!address.is_object()) return std::string(address.text());
    return fmt::format("{}://{}", address["Scheme"].text("http"), address["Host"].text());
}

Offer offer_of(json::Value tunnel, std::string_view where) {
    Offer offer;
    offer.url = tunnel["public_url"].exists() ? tunnel["public_url"].text() : tunnel["url"].text();
    offer.upstream = tunnel["config"].exists() ? address_of(tunnel["config"]["addr"])
                                               : std::string(tunnel["upstream"]["url"].text());
    offer.where = where;
    offer.port = port_of(offer.upstream);
    return offer;
}

/// The value of `key` in a logfmt line (key=value key="va lue"), or "".
std::string logfmt_value(std::string_view line, std::string_view key) {
    std::string start = fmt::format("{}=", key);
    std::size_t at = line.starts_with(start) ? 0 : line.find(" " + start);
    if (at == std::string_view::npos) return {};
    line.remove_prefix(at + start.size() + (at == 0 ? 0 : 1));
    bool quoted = line.starts_with('"');
    if (quoted) line.remove_prefix(1);
    return std::string(line.substr(0, line.find(quoted ? '"' : ' ')));
}

void fill(NgrokLine& out, std::string_view message, std::string address, std::string url) {
    if (message == "starting web service") out.web_address = std::move(address);
    if (message == "started tunnel" || message == "started endpoint") out.url = std::move(url);
}

}  // namespace

Result<std::vector<Offer>> read_ngrok_listing(std::string_view body, std::string_view where) {
    auto document = json::Document::parse(body);
    if (!document) return document.error().in(where);
    json::Value root = document->root();
    json::Value list = root["tunnels"].is_array() ? root["tunnels"] : root["endpoints"];
    if (!list.is_array()) return Error{Errc::data, fmt::format("{}: no list of tunnels", where)};
    std::vector<Offer> offers;
    list.for_each([&](json::Value tunnel) { offers.push_back(offer_of(tunnel, where)); });
    return offers;
}

NgrokLine read_ngrok_line(std::string_view line) {
    NgrokLine out;
    out.unknown_flag_url = line.find("unknown flag: --url") != std::string_view::npos;
    if (line.starts_with('{')) {
        if (auto document = json::Document::parse(line); document) {
            json::Value root = document->root();
            fill(out, root["msg"].text(), address_of(root["addr"]),
                 std::string(root["url"].text()));
        }
    } else {
        fill(out, logfmt_value(line, "msg"), logfmt_value(line, "addr"), logfmt_value(line, "url"));
    }
    return out;
}

int ngrok_error_code(std::string_view text) {
    constexpr std::string_view mark = "ERR_NGROK_";
    std::size_t at = text.find(mark);
    if (at == std::string_view::npos) return 0;
    text.remove_prefix(at + mark.size());
    int code = 0;
    std::from_chars(text.data(), text.data() + text.size(), code);
    return code;
}

Ngrok::Ngrok(Wanted wanted, net::Http& http) : wanted_(std::move(wanted)), http_(http) {}

/// An agent takes the next free port when another has 4040.
std::vector<std::string> Ngrok::agents() const {
    std::vector<std::string> out;
    if (!web_address_.empty()) out.push_back("http://" + web_address_);
    Url base;
    if (!Url::parse(wanted_.api_url, base)) return out;
    int last = wanted_.only_api_url ? base.effective_port() : base.effective_port() + 9;
    for (int port = base.effective_port(); port <= last && port <= 65535; ++port) {
        std::string api = fmt::format("{}://{}:{}", base.scheme, base.host, port);
        if (out.empty() || out.front() != api) out.push_back(std::move(api));
    }
    return out;
}

std::vector<Offer> Ngrok::ask(const std::string& api) {
    std::string_view where = std::string_view(api).substr(api.find("//") + 2);
    HttpRequest request;
    request.timeout = std::chrono::seconds(2);
    // The agent refuses hosts that do not look local, also when it is asked from a container.
    std::string port(where.substr(where.rfind(':') + 1));
    request.headers = {{"Host", "127.0.0.1:" + port}, {"Accept", "application/json"}};
    for (const char* path : {"/api/tunnels", "/api/endpoints"}) {
        request.url = api + path;
        auto answer = http_.send(request);
        if (!answer) return {};
        if (answer->status == 404) continue;  // an agent of the future without the older call
        auto offers = read_ngrok_listing(answer->body, where);
        return offers ? std::move(*offers) : std::vector<Offer>{};
    }
    return {};
}

Finding Ngrok::look() {
    Finding all;
    for (const std::string& api : agents()) {
        Finding found = choose(ask(api), wanted_);
        if (!found.url.empty()) return found;
        all.strangers.insert(all.strangers.end(), found.strangers.begin(), found.strangers.end());
    }
    return all;
}

ChildOptions Ngrok::command() const {
    ChildOptions child;
    child.argv = {"ngrok", "http", std::to_string(wanted_.port), "--log=stdout",
                  "--log-format=json"};
    if (!wanted_.host.empty())
        child.argv.push_back(old_agent_ ? "--domain=" + wanted_.host
                                        : "--url=https://" + wanted_.host);
    // An argument would show in the list of processes.
    if (!wanted_.authtoken.empty())
        child.set_env = {{"NGROK_AUTHTOKEN", wanted_.authtoken.reveal()}};
    child.pipe_stdin = child.pipe_stdout = child.pipe_stderr = true;
    return child;
}

std::optional<Trouble> Ngrok::read_line(std::string_view line) {
    NgrokLine told = read_ngrok_line(line);
    if (!told.web_address.empty()) web_address_ = told.web_address;
    if (told.unknown_flag_url && !old_agent_) {
        old_agent_ = true;
        return Trouble{"this ngrok knows no --url: trying its older --domain"};
    }
    if (int code = ngrok_error_code(line); code != 0) return explain_ngrok(code);
    return std::nullopt;
}

std::string_view Ngrok::install_hint() const {
#ifdef __APPLE__
    return "install it: brew install ngrok";
#else
    return "install it: curl -sSL https://ngrok-agent.s3.amazonaws.com/ngrok.asc | sudo tee "
           "/etc/apt/trusted.gpg.d/ngrok.asc >/dev/null && echo \"deb "
           "https://ngrok-agent.s3.amazonaws.com buster main\" | sudo tee "
           "/etc/apt/sources.list.d/ngrok.list && sudo apt update && sudo apt install ngrok";
#endif
}

}  // namespace pa::tunnel
