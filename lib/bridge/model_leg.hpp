// The model's leg of one call: a Realtime socket and what is sent on it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bridge/joined_audio.hpp"
#include "call/action.hpp"
#include "call/event.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"
#include "net/ws_client.hpp"
#include "openai/session.hpp"

namespace pa::bridge {

/// Told what the model's leg does. Calls come on the loop's thread.
class ModelListener {
public:
    /// An event is about to be told of: time to ask for what it looks at [fetch_ahead()].
    virtual void comes_soon() const = 0;
    /// `at`: when it was read. `more_waits`: more has come together with it, and all_told()
    /// follows.
    virtual void model_event(const call::Event& event, net::TimePoint at, bool more_waits) = 0;
    virtual void all_told() = 0;

protected:
    ~ModelListener() = default;
};

class RetiredLegs;

/// What all legs of one loop share: they are used one after the other.
struct WireTools {
    json::Parser parser;
    json::Writer writer;
    net::TimePoint happened_at{};       // what is being carried out; of a message: when it was read
    bool is_message = false;            // …is one
    std::vector<call::Action> actions;  // of the event that is: no allocation per frame
    bool carrying_out = false;          // they are being carried out
    Joining joining;
};

class ModelLeg final : public net::WsHandler {
public:
    struct Setup {
        std::string url;
        Headers headers;
        bool operator==(const Setup&) const = default;
    };
    /// Starts connecting. `listener` hears ModelOpened or LegClosed from the loop, later.
    ModelLeg(net::EventLoop& loop, const Setup& setup, WireTools& tools, ModelListener& listener);

    [[nodiscard]] std::size_t queued_bytes() const {
        return peer_ != nullptr ? peer_->queued_bytes() : 0;
    }
    void configure(const openai::SessionSettings& settings, bool interruptible);
    void append(std::string_view payload);
    void perform(const call::CreateResponse& a);
    void perform(const call::CancelResponse& a);
    void perform(const call::AddMessage& a);
    void perform(const call::AddFunctionOutput& a);
    void perform(const call::Truncate& a);
    void perform(const call::DeleteItem& a);

    void opened(net::WsPeer& peer) override;
    void comes_soon() const override;
    void text(std::span<char> message) override;
    void all_told() override;
    void closed(std::uint16_t code, std::string_view reason) override;

private:
    friend class RetiredLegs;
    void send();
    void take_back_instructions();
    [[nodiscard]] std::string event_id(std::string_view what);

    WireTools& tools_;
    ModelListener* listener_;  // null once retired
    RetiredLegs* retired_ = nullptr;
    net::WsPeer* peer_ = nullptr;
    unsigned events_sent_ = 0;
    std::string instructions_item_;  // of the response that was asked for last; "" none
    net::WsClient client_;           // last: its destruction must find the rest alive
};

/// Legs whose call is over. Each says goodbye to the service and is kept until its socket is
/// closed, so that no paid session is left open. They tell their listeners nothing more.
class RetiredLegs {
public:
    explicit RetiredLegs(net::EventLoop& loop) : loop_(loop) {}
    void add(std::unique_ptr<ModelLeg> leg);
    [[nodiscard]] std::size_t size() const { return legs_.size(); }

private:
    friend class ModelLeg;
    void forget_soon(ModelLeg* leg);
    net::EventLoop& loop_;
    std::map<ModelLeg*, std::unique_ptr<ModelLeg>> legs_;
};

}  // namespace pa::bridge
