// A WebSocket of ours, held until it has been found out how it is.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "net/event_loop.hpp"
#include "net/ws.hpp"
#include "net/ws_client.hpp"

namespace pa::doctor {

/// What it is for is told by whoever derives from it. It runs on the thread that calls run().
class Dialogue : public net::WsHandler {
public:
    Dialogue(const Dialogue&) = delete;
    Dialogue& operator=(const Dialogue&) = delete;

    /// Connects and goes on until finish(), the end of the connection, or `limit`. "" if finish()
    /// was called without a complaint; else what is wrong: the complaint, why the connection could
    /// not be made or ended, or that nothing came.
    [[nodiscard]] std::string run(const net::WsConnect& connect, std::chrono::milliseconds limit);

    void closed(std::uint16_t code, std::string_view reason) final;

protected:
    Dialogue() = default;
    void opened(net::WsPeer& peer) override { peer_ = &peer; }
    /// Ends run(); the first call counts.
    void finish(std::string complaint = {});

    [[nodiscard]] net::EventLoop& loop() { return *loop_; }
    [[nodiscard]] net::WsPeer* peer() { return peer_; }

private:
    std::unique_ptr<net::EventLoop> loop_;
    net::WsPeer* peer_ = nullptr;
    bool finished_ = false;
    std::string complaint_;
};

}  // namespace pa::doctor
