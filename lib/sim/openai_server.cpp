#include "sim/openai_server.hpp"

#include <fmt/format.h>

#include <chrono>
#include <list>

#include "base/crypto.hpp"
#include "json/writer.hpp"
#include "net/server.hpp"
#include "sim/actor.hpp"
#include "sim/chat_model.hpp"
#include "sim/realtime_session.hpp"

namespace pa::sim {
namespace {

std::int64_t unix_now() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

const char* beta_text =
    "The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API.";

}  // namespace

struct OpenAiServer::Impl {
    Impl(net::EventLoop& l, OpenAiOptions o, ClipBook b, Recorder r)
        : loop(l),
          options(std::move(o)),
          book(std::move(b)),
          recorder(std::move(r)),
          faults(options.scenario.faults),
          chat(options.scenario, book, options.recorded ? &*options.recorded : nullptr) {}

    void tell(std::string_view event, const std::function<void(json::Writer&)>& fill);
    void request(const net::ServerRequest& request, net::Responder responder);
    void complete(const net::ServerRequest& request, net::Responder responder);
    net::Upgrade upgrade(const net::ServerRequest& request);
    void answer_later(net::Responder responder, HttpResponse response, int ms);

    net::EventLoop& loop;
    OpenAiOptions options;
    ClipBook book;
    Recorder recorder;
    Faults faults;
    ChatModel chat;
    std::list<net::Timer> delayed;           // answers that wait; kept until the server goes
    std::vector<net::Responder> unanswered;  // for ever
    std::unique_ptr<net::Server> server;     // last: its handlers use all of the above
};

namespace {

using Server = OpenAiServer::Impl;

/// One Realtime connection: carries events between the socket and the session.
class Connection final : public net::WsHandler {
public:
    Connection(Server& server, std::string model, std::string refusal, int delay_ms, bool silent)
        : server_(server),
          id_(hex(random_bytes(4))),
          refusal_(std::move(refusal)),
          model_(std::move(model)),
          delay_ms_(delay_ms),
          silent_(silent),
          timer_(server.loop, [this] { turn(); }) {}

    void opened(net::WsPeer& peer) override {
        peer_ = &peer;
        server_.tell("connected",
                     [&](json::Writer& w) { w.member("connection", id_).member("model", model_); });
        if (!refusal_.empty()) return refuse();
        if (silent_) return;
        scenario_ = server_.options.scenario;
        scenario_.model.connect_ms += delay_ms_;
        RealtimeSession::Options options{id_, model_, unix_now()};
        session_ = std::make_unique<RealtimeSession>(scenario_, server_.book, server_.faults,
                                                     options, server_.loop.now());
        turn();
    }

    void text(std::span<char> message) override {
        std::string_view event(message.data(), message.size());
        record("openai-events.jsonl", event);
        if (!session_) return;
        session_->receive(event, server_.loop.now());
        turn();
    }

    void closed(std::uint16_t code, std::string_view reason) override {
        peer_ = nullptr;
        timer_.disarm();
        server_.tell("closed", [&](json::Writer& w) {
            w.member("connection", id_).member("code", code).member("reason", reason);
            w.member("audio_ms", session_ ? session_->audio_received_ms() : 0);
        });
    }

private:
    /// The beta header: an error event, then close 4000.
    void refuse() {
        json::Writer w;
        w.object().member("type", "error").member("event_id", "event_" + id_).key("error").object();
        w.member("type", "invalid_request_error")
            .member("code", refusal_)
            .member("message", beta_text);
        w.key("param").null().key("event_id").null().end().end();
        send(w.view());
        peer_->close(4000, "invalid_request_error." + refusal_);
    }

    void turn() {
        session_->poll(server_.loop.now());
        for (const ServerMessage& message : session_->take()) {
            if (peer_ == nullptr) return;
            if (message.kind == ServerMessage::Kind::text)
                send(message.text);
            else if (message.kind == ServerMessage::Kind::close)
                peer_->close(message.code, message.text);
            else
                peer_->drop();
        }
        tell_news();
        timer_.arm(session_->next_due());
    }

    void send(std::string_view event) {
        record("openai-server-events.jsonl", event);
        peer_->send_text(event);
    }

    /// The event as it is, if it is JSON (scripted garbage is not).
    void record(const char* file, std::string_view event) {
        if (!server_.recorder.on()) return;
        auto doc = json::Document::parse(event);
        if (!doc) return;
        server_.recorder.line(
            file, [&](json::Writer& w) { w.member("connection", id_).key("event").raw(event); });
    }

    void tell_news() {
        for (; told_heard_ < session_->heard().size(); ++told_heard_) {
            const HeardTurn& turn = session_->heard()[told_heard_];
            server_.tell("heard", [&](json::Writer& w) {
                w.member("connection", id_).member("item", turn.item_id).member("text", turn.text);
                w.member("start_ms", turn.start_ms).member("end_ms", turn.end_ms);
            });
        }
        bool generating = session_->generating();
        for (; told_spoken_ + (generating ? 1U : 0U) < session_->spoken().size(); ++told_spoken_) {
            const Spoken& spoken = session_->spoken()[told_spoken_];
            server_.tell("said", [&](json::Writer& w) {
                w.member("connection", id_)
                    .member("item", spoken.item_id)
                    .member("text", spoken.text);
                w.member("sent_ms", spoken.audio.size() / 8).member("whole_ms", spoken.whole_ms);
                w.member("interrupted", spoken.interrupted);
            });
        }
    }

    Server& server_;
    std::string id_, refusal_, model_;
    int delay_ms_;
    bool silent_;
    net::Timer timer_;
    net::WsPeer* peer_ = nullptr;
    Scenario scenario_;
    std::unique_ptr<RealtimeSession> session_;
    std::size_t told_heard_ = 0, told_spoken_ = 0;
};

/// 0 if the key will do, else the status.
int bad_key(const net::ServerRequest& request) {
    std::string_view key = request.header("authorization");
    return key.starts_with("Bearer ") && key.size() > 7 && !key.starts_with("Bearer bad") ? 0 : 401;
}

}  // namespace

void OpenAiServer::Impl::tell(std::string_view event,
                              const std::function<void(json::Writer&)>& fill) {
    if (!options.on_event) return;
    json::Writer w;
    w.object().member("service", "openai").member("event", event);
    fill(w);
    options.on_event(w.end().view());
}

void OpenAiServer::Impl::answer_later(net::Responder responder, HttpResponse response, int ms) {
    auto answer = [responder, response] {
        responder.answer(response.status, "application/json", response.body, response.headers);
    };
    if (ms <= 0) return answer();
    delayed.emplace_back(loop, answer).arm(std::chrono::milliseconds(ms));
}

void OpenAiServer::Impl::request(const net::ServerRequest& request, net::Responder responder) {
    if (bad_key(request) != 0) {
        tell("refused", [](json::Writer& w) { w.member("status", 401); });
        return answer_later(responder,
                            api_error(401, "invalid_api_key", "Incorrect API key provided."), 0);
    }
    if (request.method == "POST" && request.path == "/v1/chat/completions")
        return complete(request, responder);
    constexpr std::string_view models = "/v1/models";
    if (request.method == "GET" && request.path.starts_with(models)) {
        const Fault* fault = faults.next("models");
        std::string_view id = std::string_view(request.path).substr(models.size());
        if (id.starts_with('/')) id.remove_prefix(1);
        bool refuse = fault != nullptr && http_status(*fault) != 0;
        return answer_later(responder, refuse ? api_fault(*fault) : models_answer(id),
                            fault ? fault->ms : 0);
    }
    answer_later(
        responder,
        api_error(404, "unknown_url",
                  fmt::format("Unknown request URL: {} {}.", request.method, request.path)),
        0);
}

void OpenAiServer::Impl::complete(const net::ServerRequest& request, net::Responder responder) {
    // Not as it came: a body may have line breaks, and here a line is a record.
    if (auto body = json::Document::parse(request.body))
        recorder.line("openai-chat.jsonl",
                      [&](json::Writer& w) { w.key("body").value(body->root()); });
    const Fault* fault = faults.next("chat");
    if (fault != nullptr && fault->what == "silent") return unanswered.push_back(responder);
    if (fault != nullptr && fault->what == "drop") return;  // its last copy dies: 500 without JSON
    HttpResponse response = chat.answer(request.body, fault, unix_now());
    tell("chat", [&](json::Writer& w) { w.member("status", response.status); });
    answer_later(std::move(responder), std::move(response), fault != nullptr ? fault->ms : 0);
}

net::Upgrade OpenAiServer::Impl::upgrade(const net::ServerRequest& request) {
    const Fault* fault = faults.next("model.connect");
    int status = fault != nullptr ? http_status(*fault) : 0;
    if (status == 0) status = request.path == "/v1/realtime" ? bad_key(request) : 404;
    std::string model(form_value(request.query, "model"));
    if (status == 0 && model.empty()) status = 400;
    if (status != 0) {
        tell("refused", [&](json::Writer& w) { w.member("status", status); });
        return {nullptr, status};
    }
    std::string refusal = request.header("openai-beta").empty() ? "" : "beta_api_shape_disabled";
    bool silent = fault != nullptr && fault->what == "silent";
    return {std::make_unique<Connection>(*this, std::move(model), std::move(refusal),
                                         fault ? fault->ms : 0, silent),
            0};
}

OpenAiServer::OpenAiServer() = default;
OpenAiServer::~OpenAiServer() = default;

Result<std::unique_ptr<OpenAiServer>> OpenAiServer::listen(net::EventLoop& loop,
                                                           OpenAiOptions options) {
    auto book = ClipBook::load(options.clips_folder);
    if (!book) return book.error();
    if (auto known = check_clips(options.scenario, *book); !known) return known.error();
    auto recorder = Recorder::open(options.record_folder);
    if (!recorder) return recorder.error();
    net::ServerOptions server;
    server.port = options.port;
    server.headers = {"authorization", "openai-beta"};
    server.max_body = 8U << 20U;
    std::unique_ptr<OpenAiServer> made(new OpenAiServer);
    made->impl_ =
        std::make_unique<Impl>(loop, std::move(options), std::move(*book), std::move(*recorder));
    Impl& impl = *made->impl_;
    auto listening = net::Server::listen(
        loop, std::move(server),
        [&impl](const net::ServerRequest& r, net::Responder to) { impl.request(r, std::move(to)); },
        [&impl](const net::ServerRequest& r) { return impl.upgrade(r); });
    if (!listening) return listening.error();
    impl.server = std::move(*listening);
    return made;
}

int OpenAiServer::port() const { return impl_->server->port(); }
std::string OpenAiServer::base_url() const { return fmt::format("http://127.0.0.1:{}/v1", port()); }

}  // namespace pa::sim
