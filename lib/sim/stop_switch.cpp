#include "sim/stop_switch.hpp"

#include <mutex>

#include "cli/signals.hpp"

namespace pa::sim {

struct StopSwitch::State {
    std::mutex mutex;
    net::EventLoop* loop = nullptr;
    bool told = false;
};

StopSwitch::StopSwitch() : state_(std::make_shared<State>()) {
    cli::on_stop_signal([state = state_](int) {
        const std::lock_guard lock(state->mutex);
        state->told = true;
        if (state->loop != nullptr) state->loop->stop();
    });
}

void StopSwitch::run(net::EventLoop& loop) {
    {
        const std::lock_guard lock(state_->mutex);
        if (state_->told) return;
        state_->loop = &loop;
    }
    loop.run();
    const std::lock_guard lock(state_->mutex);
    state_->loop = nullptr;
}

}  // namespace pa::sim
