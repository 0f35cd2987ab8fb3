#include "doctor/dialogue.hpp"

#include <fmt/format.h>

namespace pa::doctor {

std::string Dialogue::run(const net::WsConnect& connect, std::chrono::milliseconds limit) {
    auto loop = net::EventLoop::create({});
    if (!loop) return loop.error().what;
    loop_ = std::move(*loop);
    {
        net::WsClient client(*loop_, connect, *this);
        net::Timer late(*loop_, [this] { finish("nothing came in time"); });
        late.arm(limit);
        loop_->run();
    }
    peer_ = nullptr;
    return complaint_;
}

void Dialogue::finish(std::string complaint) {
    if (finished_) return;
    finished_ = true;
    complaint_ = std::move(complaint);
    loop_->stop();
}

void Dialogue::closed(std::uint16_t code, std::string_view reason) {
    peer_ = nullptr;
    finish(code == 0 ? std::string(reason) : fmt::format("closed with {} {}", code, reason));
}

}  // namespace pa::doctor
