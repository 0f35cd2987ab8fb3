// Both ends of a connection in one loop, and a bare socket for what no polite client would send.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "net/event_loop.hpp"
#include "net/server.hpp"
#include "net/ws.hpp"
#include "net/ws_client.hpp"
#include "support/catch.hpp"
#include "support/loop.hpp"

namespace pa::test {

/// What a handler was told, kept by the test: it outlives the handler.
struct Heard {
    net::WsPeer* peer = nullptr;  // while open
    int opened = 0;
    std::vector<std::string> texts;
    std::vector<std::size_t> binaries;
    std::string closed;   // "1000 bye"; empty while it is not
    bool padded = true;   // every message so far had its zero bytes
    std::string batches;  // "+" a message behind which more waited, "-" another, "." all was told
    bool destroyed = false;
    std::function<void(Heard&)> on_open, on_close;
    std::function<void(Heard&, std::span<char>)> on_text;
};

class Listener final : public net::WsHandler {
public:
    explicit Listener(Heard& heard) : heard_(heard) {}
    ~Listener() override { heard_.destroyed = true; }
    void opened(net::WsPeer& peer) override {
        heard_.peer = &peer;
        ++heard_.opened;
        if (heard_.on_open) heard_.on_open(heard_);
    }
    void text(std::span<char> message) override {
        for (std::size_t i = 0; i < padding; ++i)
            heard_.padded = heard_.padded && message.data()[message.size() + i] == '\0';
        heard_.texts.emplace_back(message.data(), message.size());
        heard_.batches += heard_.peer->more_waits() ? '+' : '-';
        if (heard_.on_text) heard_.on_text(heard_, message);
    }
    void all_told() override { heard_.batches += '.'; }
    void binary(std::size_t bytes) override { heard_.binaries.push_back(bytes); }
    void closed(std::uint16_t code, std::string_view reason) override {
        heard_.peer = nullptr;
        heard_.closed = std::to_string(code) + " " + std::string(reason);
        if (heard_.on_close) heard_.on_close(heard_);
    }

private:
    Heard& heard_;
};

inline void echo(Heard& heard, std::span<char> message) {
    heard.peer->send_text({message.data(), message.size()});
}

/// Of a Realtime model: takes every session as it is.
inline void accept_session(Heard& heard, std::span<char> message) {
    if (std::string_view(message.data(), message.size()).find("session.update") ==
        std::string_view::npos)
        return;
    heard.peer->send_text(
        R"({"type":"session.updated","session":{"audio":{"input":{"format":{"type":"audio/pcmu"}},)"
        R"("output":{"format":{"type":"audio/pcmu"}}}}})");
}

inline std::unique_ptr<net::Server> listen(net::EventLoop& loop, net::ServerOptions options,
                                           net::Server::OnRequest on_request,
                                           net::Server::OnUpgrade on_upgrade = {}) {
    auto server =
        net::Server::listen(loop, std::move(options), std::move(on_request), std::move(on_upgrade));
    if (!server) FAIL(server.error().what);
    return std::move(*server);
}

inline void no_requests(const net::ServerRequest&, const net::Responder& responder) {
    responder.answer(404, "", "");
}

/// A server whose connections all report to `heard`.
inline std::unique_ptr<net::Server> listen_ws(net::EventLoop& loop, Heard& heard,
                                              net::ServerOptions options = {}) {
    return listen(loop, std::move(options), no_requests, [&heard](const net::ServerRequest&) {
        return net::Upgrade{std::make_unique<Listener>(heard)};
    });
}

/// A loop in a thread of its own, for tests that themselves block on a bare socket.
class LoopThread {
public:
    LoopThread() : loop_(make_loop()), thread_([this] { loop_->run(); }) {}
    ~LoopThread() {
        loop_->stop();
        thread_.join();
    }
    [[nodiscard]] net::EventLoop& loop() { return *loop_; }
    /// Runs `task` on the loop's thread and waits for it.
    void call(const std::function<void()>& task) {
        std::promise<void> done;
        loop_->post([&] {
            task();
            done.set_value();
        });
        done.get_future().wait();
    }

private:
    std::unique_ptr<net::EventLoop> loop_;
    std::thread thread_;
};

/// A blocking socket; gives up after 10 s.
class BareSocket {
public:
    explicit BareSocket(int port, int receive_buffer = 0)
        : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        if (receive_buffer > 0)
            ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        timeval limit{10, 0};
        ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        ::setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<std::uint16_t>(port));
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(fd_.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
            FAIL("cannot connect");
    }
    void send(std::string_view bytes) {
        REQUIRE(::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(bytes.size()));
    }
    /// Everything until `end` has come or the other end closes.
    std::string read_until(std::string_view end) {
        while (pending_.find(end) == std::string::npos && read_more()) {
        }
        std::size_t at = pending_.find(end);
        std::size_t size = at == std::string::npos ? pending_.size() : at + end.size();
        return take(size);
    }
    std::string read(std::size_t size) {
        while (pending_.size() < size && read_more()) {
        }
        return take(std::min(size, pending_.size()));
    }
    std::string read_all() {
        while (read_more()) {
        }
        return take(pending_.size());
    }
    /// Upgrades to a WebSocket; returns the head of the answer.
    std::string upgrade(std::string_view path = "/") {
        send("GET " + std::string(path) +
             " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        return read_until("\r\n\r\n");
    }
    /// A masked frame; the key is 0, so the payload goes as it is.
    void send_frame(unsigned char first, std::string_view payload) {
        std::string frame(1, static_cast<char>(first));
        if (payload.size() < 126) {
            frame += static_cast<char>(0x80U | payload.size());
        } else {
            frame += static_cast<char>(0x80U | 126U);
            frame += static_cast<char>(payload.size() >> 8U);
            frame += static_cast<char>(payload.size() & 0xffU);
        }
        frame += std::string(4, '\0');
        frame += payload;
        send(frame);
    }
    void close() { fd_.reset(); }
    [[nodiscard]] int fd() const { return fd_.get(); }

private:
    bool read_more() {
        char buffer[65536];
        ssize_t n = 0;
        // A libuv that uses io_uring has the kernel interrupt its threads.
        do n = ::recv(fd_.get(), buffer, sizeof buffer, 0);
        while (n < 0 && errno == EINTR);
        if (n <= 0) return false;
        pending_.append(buffer, static_cast<std::size_t>(n));
        return true;
    }
    std::string take(std::size_t size) {
        std::string taken = pending_.substr(0, size);
        pending_.erase(0, size);
        return taken;
    }

    Fd fd_;
    std::string pending_;
};

}  // namespace pa::test
