// bench_relay PORT MODEL_PORT [tls]: the least that can stand where the bridge stands, to measure
// it against. It trusts everything: no signature, no token, no JSON is parsed (the audio is found
// by a search for its key), nothing is kept or counted. What remains is the kernel's work.
#include <sys/epoll.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "bench/frames.hpp"
#include "bench/stream.hpp"

namespace pa::bench {
namespace {

struct Call;

struct Leg {
    Call* call = nullptr;
    bool carrier = false, open = false;  // open: upgraded
    Stream stream;
    std::string partial;
};

struct Call {
    Leg carrier, model;
    std::string media_head;  // of what the carrier is sent, up to the payload
    std::string clear;
    std::string early;  // frames for the model, until it is open
    bool over = false;
};

/// The text between `key` (with its quotes and colon) and the next quote, "" if it is not there.
std::string_view string_after(std::string_view text, std::string_view key) {
    const auto* at =
        static_cast<const char*>(::memmem(text.data(), text.size(), key.data(), key.size()));
    if (at == nullptr) return {};
    text.remove_prefix(static_cast<std::size_t>(at - text.data()) + key.size());
    return text.substr(0, text.find('"'));
}

class Relay {
public:
    Relay(int port, int model_port, bool tls)
        : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
          listener_(listen_on(port)),
          model_port_(model_port),
          tls_(tls ? tls_client() : nullptr) {
        epoll_event event{};
        event.events = EPOLLIN;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event);
    }

    [[noreturn]] void run() {
        epoll_event events[512];
        for (;;) {
            int count = ::epoll_wait(epoll_, events, 512, -1);
            for (int i = 0; i < count; ++i) {
                auto* leg = static_cast<Leg*>(events[i].data.ptr);
                if (leg == nullptr)
                    accept_all();
                else if (!leg->call->over)
                    serve(*leg, events[i].events);
            }
            dead_.clear();
        }
    }

private:
    void accept_all();
    void serve(Leg& leg, unsigned events);
    void upgrade(Leg& leg);
    void caller_frame(Call& call, Frame& frame);
    void model_frame(Call& call, const Frame& frame);
    void send(Leg& leg, bool masked);
    void end(Call& call);

    int epoll_, listener_, model_port_;
    ssl_ctx_st* tls_;
    char buffer_[64 * 1024];
    std::string out_, frame_;
    std::vector<std::unique_ptr<Call>> dead_;
};

void Relay::accept_all() {
    for (int fd; (fd = accept_from(listener_)) >= 0;) {
        auto* call = new Call;  // until end()
        call->carrier.call = call->model.call = call;
        call->carrier.carrier = true;
        call->carrier.stream.open(epoll_, fd, &call->carrier);
    }
}

void Relay::end(Call& call) {
    call.over = true;
    call.carrier.stream.close();
    call.model.stream.close();
    dead_.emplace_back(&call);  // events of this turn may still name its legs
}

void Relay::serve(Leg& leg, unsigned events) {
    if ((events & EPOLLOUT) != 0) leg.stream.flush();
    bool alive = leg.stream.drain(buffer_, sizeof buffer_, [&](char* bytes, std::size_t size) {
        if (!leg.open) {
            leg.partial.append(bytes, size);
            return upgrade(leg);
        }
        each_frame(leg.partial, bytes, size, [&](Frame& frame) {
            leg.carrier ? caller_frame(*leg.call, frame) : model_frame(*leg.call, frame);
        });
    });
    if (!alive) end(*leg.call);
}

/// The carrier asks for its upgrade and gets it; the model's leg is opened then.
void Relay::upgrade(Leg& leg) {
    std::size_t end_of_head = leg.partial.find("\r\n\r\n");
    if (end_of_head == std::string::npos) return;
    leg.open = true;
    if (leg.carrier) {
        leg.stream.send(upgrade_answer(leg.partial));
        Leg& model = leg.call->model;
        model.stream.open(epoll_, connect_to(model_port_), &model, new_tls(tls_, false));
        model.stream.send(upgrade_request("/v1/realtime", ""));
    } else {
        leg.stream.send(std::exchange(leg.call->early, {}));
    }
    std::string rest = leg.partial.substr(end_of_head + 4);
    leg.partial.clear();
    each_frame(leg.partial, rest.data(), rest.size(), [&](Frame& frame) {
        leg.carrier ? caller_frame(*leg.call, frame) : model_frame(*leg.call, frame);
    });
}

void Relay::caller_frame(Call& call, Frame& frame) {
    frame.unmask();
    std::string_view payload = string_after(frame.text(), "\"payload\":\"");
    if (payload.empty()) {
        std::string_view sid = string_after(frame.text(), "\"streamSid\":\"");
        call.media_head = R"({"event":"media","streamSid":")";
        call.media_head.append(sid).append(R"(","media":{"payload":")");
        call.clear = R"({"event":"clear","streamSid":")";
        call.clear.append(sid).append("\"}");
        return;
    }
    out_ = R"({"type":"input_audio_buffer.append","audio":")";
    out_.append(payload).append("\"}");
    send(call.model, true);
}

/// The message in `out_`.
void Relay::send(Leg& leg, bool masked) {
    frame_.clear();
    append_text_frame(frame_, out_, masked);
    if (leg.open)
        leg.stream.send(frame_);
    else
        leg.call->early += frame_;
}

void Relay::model_frame(Call& call, const Frame& frame) {
    std::string_view text = frame.text();
    if (text.starts_with(R"({"type":"response.output_audio.delta")")) {
        out_ = call.media_head;
        out_.append(string_after(text, "\"delta\":\"")).append("\"}}");
        send(call.carrier, false);
    } else if (text.starts_with(R"({"type":"input_audio_buffer.speech_started")")) {
        out_ = call.clear;
        send(call.carrier, false);
    }
}

}  // namespace
}  // namespace pa::bench

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // a peer that has gone is an error of write()
    if (argc < 3) pa::bench::give_up("usage: bench_relay PORT MODEL_PORT [tls]");
    pa::bench::Relay relay(std::atoi(argv[1]), std::atoi(argv[2]), argc > 3);
    relay.run();
}
