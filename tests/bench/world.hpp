// What the two sides of all calls share.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/base64.hpp"
#include "base/secret.hpp"
#include "bench/figures.hpp"
#include "bench/frames.hpp"
#include "bench/stream.hpp"

namespace pa::bench {

struct LoadOptions {
    int calls = 50, seconds = 10, pid = 0;
    int port = 0, model_port = 0;  // of what is measured; of our model
    bool bursts = false;           // else frames
    bool direct = false;           // no webhook, no token: the relay
    bool mute = false;             // the model says one word and no more
    bool verbose = false;
    int ramp = 100;                // calls begun per second
    int churn = 0;                 // calls per second that end and begin anew
    int storm = 0;                 // more calls, in one second, at the end
    int early = 0;                 // hang up after at most this long [ms]; 0: never
    int model_delay = 0;           // the model answers an upgrade after [ms]
    std::string certificate, key;  // the model's side speaks TLS
    std::string public_base = "https://bench.example";
    std::string account = "AC00000000000000000000000000000001";
    Secret token{"0123456789abcdef0123456789abcdef"};
};

struct Counters {
    long caller_sent = 0, caller_received = 0, model_sent = 0, model_received = 0;
    long caller_messages = 0, model_messages = 0;  // in which they came
    long disorder = 0, cleared = 0, interrupted = 0, refused = 0, broken = 0;
};

struct World {
    int epoll = -1;
    LoadOptions options;
    Nanos woken = 0;             // when the events that are handled now were there
    Figures* figures = nullptr;  // null: nothing is recorded
    Counters count;
    ssl_ctx_st* tls = nullptr;
    char buffer[256 * 1024];
};

/// Something with a descriptor in the epoll set.
class Source {
public:
    virtual void ready(unsigned events) = 0;

protected:
    ~Source() = default;
};

constexpr Nanos tick = 20'000'000;  // one frame
constexpr int stamp_digits = 16;    // the time [ns] at the start of each frame's base64 text
constexpr int caller_digits = 8;    // and behind it, in the caller's, whose it is
constexpr std::size_t frame_bytes = 160, frame_characters = 216;  // 20 ms of u-law, its base64

/// Calls `take(stamp)` for each frame of a payload: under load the bridge joins them.
template <class Take>
void each_stamp(std::string_view payload, Take take) {
    take(read_hex(payload.data(), stamp_digits));
    if (payload.size() <= frame_characters) return;
    const std::string joined = base64_decode(payload).value_or("");
    for (std::size_t at = frame_bytes; at < joined.size(); at += frame_bytes)
        take(read_hex(base64_encode(joined.substr(at, frame_bytes)).data(), stamp_digits));
}

}  // namespace pa::bench
