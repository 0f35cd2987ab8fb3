#include "net/server_connection.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>
#ifdef __linux__
#include <sys/epoll.h>
#endif

#include <array>
#include <charconv>
#include <map>

#include "base/http_message.hpp"
#include "net/http_status.hpp"
#include "net/lws_context.hpp"

namespace pa::net {
namespace {

// A refused client may be in the middle of its body. To close at once would reset the connection,
// and the reset overtakes the answer; so it is left unread for this long.
constexpr std::chrono::seconds kRefusedLinger{1};

std::string_view method_name(lws* wsi) {
    // In the order of LWSHUMETH_*.
    static constexpr std::array<std::string_view, 8> kNames = {
        "GET", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", "CONNECT", "HEAD"};
    char* uri = nullptr;
    int size = 0;
    int method = lws_http_get_uri_and_method(wsi, &uri, &size);
    return method < 0 || method >= static_cast<int>(kNames.size())
               ? std::string_view()
               : kNames[static_cast<std::size_t>(method)];
}

std::string_view path_of(lws* wsi) {
    char* uri = nullptr;
    int size = 0;
    if (lws_http_get_uri_and_method(wsi, &uri, &size) < 0 || uri == nullptr) return {};
    return {uri, static_cast<std::size_t>(size)};
}

bool sent(lws* wsi, lws_token_indexes token) { return lws_hdr_total_length(wsi, token) > 0; }

std::string token_value(lws* wsi, lws_token_indexes token) {
    int size = lws_hdr_total_length(wsi, token);
    if (size <= 0) return "";
    std::string value(static_cast<std::size_t>(size) + 1, '\0');
    size = lws_hdr_copy(wsi, value.data(), static_cast<int>(value.size()), token);
    value.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return value;
}

// The headers lws has a number for; all others it keeps by name.
const std::map<std::string, lws_token_indexes, std::less<>>& known_headers() {
    static const auto map = [] {
        std::map<std::string, lws_token_indexes, std::less<>> names;
        for (int i = 0; i < WSI_TOKEN_COUNT; ++i) {
            auto token = static_cast<lws_token_indexes>(i);
            const auto* text = reinterpret_cast<const char*>(lws_token_to_string(token));
            if (text != nullptr && *text != '\0') names.emplace(text, token);
        }
        return names;
    }();
    return map;
}

Form query_of(lws* wsi) {
    Form query;
    int total = lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_URI_ARGS);
    if (total <= 0) return query;
    std::string field(static_cast<std::size_t>(total) + 1, '\0');
    for (int i = 0;; ++i) {
        int size = lws_hdr_copy_fragment(wsi, field.data(), static_cast<int>(field.size()),
                                         WSI_TOKEN_HTTP_URI_ARGS, i);
        if (size <= 0) return query;
        std::string_view text(field.data(), static_cast<std::size_t>(size));
        std::size_t equals = text.find('=');
        query.emplace_back(text.substr(0, equals),
                           equals == std::string_view::npos ? "" : text.substr(equals + 1));
    }
}

// nullopt: not a number. A missing one is 0.
std::optional<std::size_t> content_length(lws* wsi) {
    std::string text = token_value(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH);
    if (text.empty()) return 0;
    std::size_t length = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return length;
}

bool wants_body(std::string_view method) {
    return method == "POST" || method == "PUT" || method == "PATCH";
}

// What lws would not find out before it has accepted, and then close without an answer.
int flaw_of_upgrade(lws* wsi, std::string_view to) {
    if (!same_header(to, "websocket") || method_name(wsi) != "GET") return 400;
    if (!sent(wsi, WSI_TOKEN_HOST) || !sent(wsi, WSI_TOKEN_KEY)) return 400;
    if (token_value(wsi, WSI_TOKEN_VERSION) != "13") return 426;
    return sent(wsi, WSI_TOKEN_PROTOCOL) ? 400 : 0;  // no subprotocol is spoken here
}

}  // namespace

std::string http_response(int status, std::string_view type, std::string_view body,
                          const Headers& headers, bool head_only, bool close) {
    std::string text = fmt::format("HTTP/1.1 {} {}\r\ncontent-length: {}\r\n", status,
                                   http_reason(status), body.size());
    if (!type.empty()) text += fmt::format("content-type: {}\r\n", type);
    for (const auto& [name, value] : headers) text += fmt::format("{}: {}\r\n", name, value);
    if (close) text += "connection: close\r\n";
    text += "\r\n";
    if (!head_only) text += body;
    return text;
}

ServerConnection::ServerConnection(ServerShared& shared, std::string peer)
    : Deferred(shared.loop), loop_(shared.loop), shared_(&shared), peer_(std::move(peer)) {}

ServerConnection::~ServerConnection() = default;

int ServerConnection::on(int reason, void* in, std::size_t size) {
    if (shared_ == nullptr) return -1;
    const auto* bytes = static_cast<const char*>(in);
    switch (reason) {
        case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: return upgrade(bytes);
        case LWS_CALLBACK_HTTP: return began(bytes, size);
        case LWS_CALLBACK_HTTP_BODY: return body(bytes, size);
        case LWS_CALLBACK_HTTP_BODY_COMPLETION: return body_complete();
        case LWS_CALLBACK_HTTP_WRITEABLE: return state_ == State::answered ? respond() : 0;
        case LWS_CALLBACK_ESTABLISHED: return opened();
        case LWS_CALLBACK_RECEIVE:  // sent ahead of our answer
            if (parted_ && socket_) socket_->drop();
            return -1;
        default: return 0;
    }
}

/// As if the loop had told lws so.
void ServerConnection::serve(int events) {
    lws_pollfd ready{};
    ready.fd = lws_get_socket_fd(wsi());
    ready.events = ready.revents = static_cast<short>(events);
    lws_service_fd(loop_.context, &ready);
    // So that lws arms its timers, and goes on with what it has kept. Of a request that waits for
    // its answer there is neither, and the turn is spared.
    if (state_ != State::waiting) loop_.kick();
}

void ServerConnection::read_now() {
    if (wsi() == nullptr) return;
    char first = 0;
    if (::recv(lws_get_socket_fd(wsi()), &first, 1, MSG_PEEK | MSG_DONTWAIT) != 1) return;
    serve(LWS_POLLIN);
    // lws has read the body with the head, most often, and kept it.
    if (wsi() != nullptr && state_ == State::body) serve(LWS_POLLIN);
}

void ServerConnection::read_head(const char* path, std::size_t size) {
    request_ = std::make_unique<ServerRequest>();
    request_->method = method_name(wsi());
    request_->path.assign(path, size);
    request_->query = query_of(wsi());
    request_->peer = peer_;
    for (const std::string& name : shared_->options.headers)
        if (std::string value = read_header(name); !value.empty())
            request_->headers.emplace_back(name, std::move(value));
}

std::string ServerConnection::read_header(const std::string& name) const {
    const std::string field = name + ":";
    if (auto known = known_headers().find(field); known != known_headers().end())
        return token_value(wsi(), known->second);
    int name_size = static_cast<int>(field.size());
    int size = lws_hdr_custom_length(wsi(), field.c_str(), name_size);
    if (size <= 0) return "";
    std::string value(static_cast<std::size_t>(size) + 1, '\0');
    size = lws_hdr_custom_copy(wsi(), value.data(), static_cast<int>(value.size()), field.c_str(),
                               name_size);
    value.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return value;
}

int ServerConnection::began(const char* path, std::size_t size) {
    body_ended_ = false;
    // lws never ends a chunked request, and waits for 100 MB where no length is told.
    const bool length_told = sent(wsi(), WSI_TOKEN_HTTP_CONTENT_LENGTH);
    const std::string_view method = method_name(wsi());
    if (sent(wsi(), WSI_TOKEN_HTTP_TRANSFER_ENCODING)) return refuse(411);
    if (wants_body(method) && !length_told) return refuse(411);
    auto length = content_length(wsi());
    if (!length) return refuse(400);
    if (*length > shared_->options.max_body) return refuse(413);
    read_head(path, size);
    // Of an empty body, too, lws tells the end if it is a POST's.
    if (*length == 0 && !(method == "POST" && length_told)) return complete();
    state_ = State::body;
    body_until_ = Clock::now() + request_time;
    return 0;
}

/// lws starts its time anew with each piece: a body that drips would never be late.
int ServerConnection::body(const char* bytes, std::size_t size) {
    if (state_ == State::body && Clock::now() > body_until_) return -1;
    if (state_ == State::body && size != 0) request_->body.append(bytes, size);
    return 0;
}

// When the next request waits behind a body, lws 4.1 comes here again and again, without end, if it
// is not told to close; and it goes round without coming here if the request is answered meanwhile.
// So an answer to a body waits for the end of this turn, and whoever sends ahead after a body is
// closed.
int ServerConnection::body_complete() {
    if (std::exchange(body_ended_, true)) return -1;
    if (state_ != State::body) return 0;
    return complete();
}

int ServerConnection::complete() {
    state_ = State::waiting;
    lws_set_timeout(wsi(), NO_PENDING_TIMEOUT, 0);
    auto slot = std::make_shared<Responder::Slot>();
    slot->connection = this;
    slot_ = slot;
    inside_ = true;
    shared_->on_request(*request_, Responder(std::move(slot)));
    inside_ = false;
    if (shared_ == nullptr) return -1;
    if (state_ == State::waiting)
        lws_rx_flow_control(wsi(), 0);  // the next request, and the end, can wait
    else if (!body_ended_)
        return respond();
    else
        defer();
    return 0;
}

void ServerConnection::answer(int status, std::string_view type, std::string_view body_text,
                              const Headers& headers) {
    if (state_ != State::waiting || wsi() == nullptr) return;
    state_ = State::answered;
    response_ = http_response(status, type, body_text, headers, request_->method == "HEAD",
                              shared_ != nullptr && shared_->ending);
    if (inside_) return;
    lws_rx_flow_control(wsi(), 1);  // else lws would not tell when it is writable, either
    lws_callback_on_writable(wsi());
    defer();
}

/// It is writable for sure, or lws keeps what the socket does not take: so the answer goes out at
/// the end of this turn, not among what the next one brings.
void ServerConnection::deferred() {
    if (shared_ != nullptr && wsi() != nullptr && state_ == State::answered) serve(LWS_POLLOUT);
}

int ServerConnection::respond() {
    state_ = State::idle;
    request_.reset();
    std::string text = std::exchange(response_, {});
    if (lws_write(wsi(), reinterpret_cast<unsigned char*>(text.data()), text.size(),
                  LWS_WRITE_HTTP_FINAL) < 0)
        return -1;
    return lws_http_transaction_completed(wsi()) != 0 ? -1 : 0;
}

int ServerConnection::refuse(int status) {
    state_ = State::refused;
    std::string text = http_response(status, "text/plain", fmt::format("{}\n", http_reason(status)),
                                     {}, false, true);
    if (lws_write(wsi(), reinterpret_cast<unsigned char*>(text.data()), text.size(),
                  LWS_WRITE_HTTP_FINAL) < 0)
        return -1;
    lws_rx_flow_control(wsi(), 0);
    refused_ = std::make_unique<Timer>(loop_.self, [this] { loop_.kill(*this); });
    refused_->arm(kRefusedLinger);
    return 0;
}

int ServerConnection::upgrade(std::string_view to) {
    int status = flaw_of_upgrade(wsi(), to);
    if (status == 0 && !shared_->on_upgrade) status = 404;
    if (status == 0) {
        std::string_view path = path_of(wsi());
        read_head(path.data(), path.size());
        inside_ = true;
        Upgrade decision = shared_->on_upgrade(*request_);
        inside_ = false;
        request_.reset();
        if (shared_ == nullptr) return -1;
        handler_ = std::move(decision.handler);
        if (handler_ != nullptr) return 0;
        status = decision.refuse;
    }
    std::string text = http_response(status, "text/plain", fmt::format("{}\n", http_reason(status)),
                                     {}, false, true);
    int written = lws_write(wsi(), reinterpret_cast<unsigned char*>(text.data()), text.size(),
                            LWS_WRITE_HTTP_FINAL);
    return written < 0 ? -1 : 1;  // 1: answered
}

/// From here on the connection is ours: lws reads a WebSocket byte by byte, asks the system for
/// each mask, and cannot be told to gather. We work on a copy of the descriptor, and lws is told to
/// look at its own no more.
int ServerConnection::opened() {
    if (handler_ == nullptr) return -1;
    Fd ours(::fcntl(lws_get_socket_fd(wsi()), F_DUPFD_CLOEXEC, 0));
    if (!ours) return -1;
    if (lws_get_ssl(wsi()) == nullptr) part();  // else lws has what TLS needs
    // What it has read already it tells nobody of then.
    if (!parted_) lws_rx_flow_control(wsi(), 0);
    open_socket(std::move(ours), {});
    return shared_ == nullptr ? -1 : 0;
}

/// What lws knows of a connection takes 1.4 KB, so it is to close it. That would shut it down for
/// us too, were there not another socket under its descriptor by then, which is connected to
/// nothing.
void ServerConnection::part() {
#ifdef __linux__
    const int theirs = lws_get_socket_fd(wsi());
    const Fd nothing(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!nothing) return;
    // As long as our copy is open the kernel would not forget what was watched, and libuv could not
    // make it.
    epoll_event none{};
    ::epoll_ctl(uv_backend_fd(loop_.uv), EPOLL_CTL_DEL, theirs, &none);
    if (::dup3(nothing.get(), theirs, O_CLOEXEC) < 0) return;
    parted_ = true;
    loop_.kill(*this);
#endif
}

void ServerConnection::adopt(Fd fd, std::string bytes, std::unique_ptr<WsHandler> handler) {
    handler_ = std::move(handler);
    open_socket(std::move(fd), std::move(bytes));
}

void ServerConnection::open_socket(Fd fd, std::string bytes) {
    auto stream = std::make_unique<Stream>(loop_, std::move(fd), *this);
    if (auto* tls = wsi() == nullptr ? nullptr : lws_get_ssl(wsi()); tls != nullptr)
        stream->use_tls(tls, false);
    socket_.emplace(loop_, std::move(stream), *handler_, shared_->options.ws, false, *this);
    socket_->open(std::move(bytes));
}

void ServerConnection::socket_over() {
    over_ = true;
    if (wsi() != nullptr) return loop_.kill(*this);
    if (shared_ != nullptr) shared_->ended(*this);
}

void ServerConnection::gone() {
    if (auto slot = slot_.lock()) slot->connection = nullptr;
    if (shared_ == nullptr) return;
    if (parted_ && !over_) return;  // the socket does not need it
    inside_ = true;
    if (socket_)
        socket_->over();
    else if (handler_ != nullptr)
        handler_->closed(0, "the upgrade was broken off");
    inside_ = false;
    if (shared_ != nullptr) shared_->ended(*this);
}

void ServerConnection::abandon() {
    shared_ = nullptr;
    if (auto slot = slot_.lock()) slot->connection = nullptr;
    if (socket_) socket_->forget_handler();
    if (!inside_ && !(socket_ && socket_->inside())) handler_.reset();
    loop_.kill(*this);
}

Responder::Slot::~Slot() {
    if (connection != nullptr) connection->answer(500, "text/plain", "no answer\n", {});
    if (taker) taker(500, "text/plain", "no answer\n");
}

Responder Responder::to(Taker taker) {
    auto slot = std::make_shared<Slot>();
    slot->taker = std::move(taker);
    return Responder(std::move(slot));
}

void Responder::answer(int status, std::string_view content_type, std::string_view body,
                       const Headers& headers) const {
    ServerConnection* connection = std::exchange(slot_->connection, nullptr);
    if (connection != nullptr) connection->answer(status, content_type, body, headers);
    if (Taker taker = std::exchange(slot_->taker, nullptr); taker)
        taker(status, content_type, body);
}

}  // namespace pa::net
