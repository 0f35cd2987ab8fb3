// What all calls of the simulated carrier share.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "net/event_loop.hpp"
#include "net/http.hpp"
#include "sim/caller.hpp"
#include "sim/person.hpp"
#include "sim/recorder.hpp"

namespace pa::sim {

struct Carrier {
    net::EventLoop& loop;
    net::HttpPool& pool;  // for webhooks
    Recorder& recorder;
    std::string account_sid;
    Secret auth_token;  // signs
    Caller::Clips clips;
    std::string wav_folder;      // a stereo WAV of each answered call goes there; "": none
    bool trial = false;          // a trial account: <Stream> is not run
    bool plain_sockets = false;  // ws:// on loopback is run too
    /// Who answers, or calls, in place of the scenario's caller.
    std::function<std::unique_ptr<Person>()> person;
    /// Events, one JSON object a line.
    std::function<void(std::string_view json)> tell;
};

}  // namespace pa::sim
