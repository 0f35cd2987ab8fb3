#include "sim/twilio_sim.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace pa::sim {

namespace {

constexpr int kWebhookThreads = 16;

std::string refusal_body(int status, const Fault& fault) {
    int code = status == 401 ? 20003 : status == 429 ? 20429 : 20500;
    if (!fault.code.empty() && std::all_of(fault.code.begin(), fault.code.end(), is_digit))
        code = std::stoi(fault.code.substr(0, 6));
    return rest_error(status, code, "scripted by the scenario").body;
}

/// The place of faults of a request to the API.
std::string place_of(std::string_view path) {
    if (path.starts_with("/v1/DialingPermissions/")) return "rest.permission";
    if (path.ends_with("/Balance.json")) return "rest.balance";
    if (path.find("/IncomingPhoneNumbers") != std::string_view::npos) return "rest.numbers";
    if (path.find("/Calls/") != std::string_view::npos) return "rest.call";
    return path.ends_with("/Calls.json") ? "rest.calls" : "";
}

RestRequest rest_request(const net::ServerRequest& r) {
    return {r.method,
            r.path,
            r.query,
            std::string(r.header("content-type")),
            std::string(r.header("authorization")),
            r.body};
}

Status check_clips(const Scenario& scenario, const Caller::Clips& clips) {
    for (const auto& step : scenario.caller.script) {
        if (!step.say.empty() && clips(step.say).empty())
            return Error{Errc::data, scenario.file + ": there is no clip \"" + step.say + "\""};
    }
    return Done{};
}

HttpResponse json_answer(int status, const json::Writer& w) {
    return {status, {{"Content-Type", "application/json"}}, w.str()};
}

}  // namespace

TwilioSim::TwilioSim(net::EventLoop& loop, TwilioOptions options, Recorder recorder)
    : options_(std::move(options)),
      recorder_(std::move(recorder)),
      faults_(options_.scenario.faults),
      answers_(loop, refusal_body),
      rest_(options_.account, *this),
      pool_(std::make_unique<net::HttpPool>(loop, kWebhookThreads)),
      carrier_{loop,
               *pool_,
               recorder_,
               options_.account.sid,
               options_.account.token,
               options_.clips,
               options_.wav_folder,
               options_.account.trial,
               false,
               {},
               options_.tell} {}

Result<std::unique_ptr<TwilioSim>> TwilioSim::start(net::EventLoop& loop, TwilioOptions options) {
    if (auto known = check_clips(options.scenario, options.clips); !known) return known.error();
    for (const auto& [number, scenario] : options.by_number) {
        if (auto known = check_clips(scenario, options.clips); !known) return known.error();
    }
    auto recorder = Recorder::open(options.record_folder);
    if (!recorder) return recorder.error();
    std::unique_ptr<TwilioSim> sim(new TwilioSim(loop, std::move(options), std::move(*recorder)));
    net::ServerOptions o;
    o.port = sim->options_.port;
    o.headers = {"host", "authorization", "content-type", "accept", "user-agent"};
    auto server = net::Server::listen(
        loop, std::move(o),
        [s = sim.get()](const auto& request, auto responder) { s->serve(request, responder); });
    if (!server) return server.error();
    sim->server_ = std::move(*server);
    return sim;
}

int TwilioSim::complaints() const {
    std::size_t sum = 0;
    for (const auto& c : calls_) sum += c->resource().notifications.size();
    return static_cast<int>(sum);
}

// --- requests ---

void TwilioSim::serve(const net::ServerRequest& request, const net::Responder& responder) {
    auto send = [this, responder](const HttpResponse& r) {
        const auto type = r.header("content-type");
        const auto now = wall_now() + std::chrono::seconds(rest_.account().clock_s);
        responder.answer(r.status, type.empty() ? "text/plain" : type, r.body,
                         {{"date", to_rfc2822(now)}});
    };
    if (request.path.starts_with("/sim/")) return send(control(request));
    record(request);
    auto fault = faults_.next("rest");
    if (const auto place = place_of(request.path); !fault && !place.empty())
        fault = faults_.next(place);
    if (fault && fault->what == "cut") {  // it is done, and a gateway loses the answer
        (void)rest_.answer(rest_request(request));
        return responder.answer(502, "text/html", "<h1>Bad Gateway</h1>");
    }
    answers_.answer(fault, responder,
                    [this, send, ask = rest_request(request)] { send(rest_.answer(ask)); });
}

/// All but what is no part of the described API (2010-04-01).
void TwilioSim::record(const net::ServerRequest& request) {
    if (!recorder_.on() || !request.path.starts_with("/2010-04-01/")) return;
    recorder_.line("twilio-requests.jsonl", [&](json::Writer& w) {
        const auto query = request.query.empty() ? "" : "?" + form_encode(request.query);
        w.member("method", request.method)
            .member("path", request.path + query)
            .key("headers")
            .object();
        for (const auto& [name, value] : request.headers) w.member(name, value);
        w.end().member("body", request.body);
    });
}

HttpResponse TwilioSim::control(const net::ServerRequest& request) {
    if (request.path == "/sim/inbound" && request.method == "POST") return inbound(request.body);
    if (request.path == "/sim/account" && request.method == "POST") {
        if (auto changes = json::Document::parse(request.body); changes)
            rest_.change_account(changes->root());
        return {204, {}, ""};
    }
    const auto steps = split(request.path, '/');  // "", "sim", "calls", sid, what
    TwilioCall* c = steps.size() >= 4 && steps[2] == "calls" ? call(steps[3]) : nullptr;
    if (c == nullptr) return {404, {}, ""};
    if (steps.size() == 5 && steps[4] == "hangup" && request.method == "POST") {
        c->hang_up();
        return {204, {}, ""};
    }
    json::Writer w;
    w.object();
    c->write_facts(w);
    return json_answer(200, w.end());
}

HttpResponse TwilioSim::inbound(const std::string& body) {
    auto document = json::Document::parse(body.empty() ? "{}" : body);
    if (!document) return {400, {}, document.error().what};
    const auto root = document->root();
    Scenario scenario = options_.scenario;
    const auto from = std::string(root["from"].text(scenario.caller.number));
    if (const auto own = options_.by_number.find(from); own != options_.by_number.end())
        scenario = own->second;
    if (const auto named = root["scenario"].text(); !named.empty()) {
        auto loaded = Scenario::load(std::string(named), options_.share);
        if (!loaded) return {400, {}, loaded.error().what};
        if (auto known = check_clips(*loaded, options_.clips); !known)
            return {400, {}, known.error().what};
        scenario = std::move(*loaded);
    }
    const auto* number = rest_.number(root["to"].text(rest_.account().numbers.at(0).phone_number));
    if (number == nullptr) return {404, {}, "no such number"};
    CallResource c;
    c.sid = new_sid("CA");
    c.account_sid = options_.account.sid;
    c.phone_number_sid = number->sid;
    c.direction = "inbound";
    c.from = from;
    c.to = number->phone_number;
    c.created = wall_now();
    CallOrder order;
    order.status_callback = number->status_callback;
    order.status_method = number->status_callback_method;
    if (number->voice_application_sid.empty() && number->trunk_sid.empty()) {
        order.url = number->voice_url;
        order.method = number->voice_method;
        order.fallback_url = number->voice_fallback_url;
        order.fallback_method = number->voice_fallback_method;
    }
    json::Writer w;
    w.object().member("call_sid", c.sid).end();
    add(std::move(c), std::move(order), std::move(scenario));
    return json_answer(201, w);
}

// --- calls ---

TwilioCall& TwilioSim::add(CallResource c, CallOrder order, Scenario scenario) {
    ++calls_made_;
    auto& made = *calls_.emplace_back(std::make_unique<TwilioCall>(
        carrier_, std::move(c), std::move(order), std::move(scenario)));
    made.begin();
    return made;
}

void TwilioSim::place(CallResource c, CallOrder order) {
    const auto own = options_.by_number.find(c.to);
    add(std::move(c), std::move(order),
        own == options_.by_number.end() ? options_.scenario : own->second);
}

TwilioCall* TwilioSim::call(std::string_view sid) const {
    for (const auto& c : calls_) {
        if (c->resource().sid == sid && !c->removed()) return c.get();
    }
    return nullptr;
}

const CallResource* TwilioSim::find(std::string_view sid) const {
    const auto* c = call(sid);
    return c == nullptr ? nullptr : &c->resource();
}

std::vector<const CallResource*> TwilioSim::newest_first() const {
    std::vector<const CallResource*> all;
    for (auto c = calls_.rbegin(); c != calls_.rend(); ++c) {
        if (!(*c)->removed()) all.push_back(&(*c)->resource());
    }
    return all;
}

void TwilioSim::remove(std::string_view sid) { call(sid)->remove(); }
bool TwilioSim::complete(std::string_view sid) { return call(sid)->complete(); }
bool TwilioSim::cancel(std::string_view sid) { return call(sid)->cancel(); }
bool TwilioSim::redirect(std::string_view sid, const std::string& url, const std::string& method) {
    return call(sid)->redirect(url, method);
}
bool TwilioSim::run(std::string_view sid, const std::string& twiml) {
    return call(sid)->run(twiml);
}

}  // namespace pa::sim
