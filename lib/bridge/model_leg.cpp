#include "bridge/model_leg.hpp"

#include <fmt/format.h>

#include <utility>

#include "json/quick_reader.hpp"
#include "openai/events.hpp"

namespace pa::bridge {
namespace {

static_assert(net::WsHandler::padding >= json::QuickReader::padding);

net::WsConnect connect_of(const ModelLeg::Setup& setup) {
    net::WsConnect connect;
    connect.url = setup.url;
    connect.headers = setup.headers;
    return connect;
}

}  // namespace

ModelLeg::ModelLeg(net::EventLoop& loop, const Setup& setup, WireTools& tools,
                   ModelListener& listener)
    : tools_(tools), listener_(&listener), client_(loop, connect_of(setup), *this) {}

void RetiredLegs::add(std::unique_ptr<ModelLeg> leg) {
    leg->listener_ = nullptr;
    leg->retired_ = this;
    bool open = leg->peer_ != nullptr;
    if (open) leg->peer_->close(1000, "call ended");
    ModelLeg* key = leg.get();
    legs_.emplace(key, std::move(leg));
    if (!open) forget_soon(key);  // still connecting, or closed: dropping it ends it
}

/// Not now: one of its own callbacks may be on the stack.
void RetiredLegs::forget_soon(ModelLeg* leg) {
    loop_.post([this, leg] { legs_.erase(leg); });
}

void ModelLeg::opened(net::WsPeer& peer) {
    peer_ = &peer;
    if (listener_ != nullptr) listener_->model_event(call::ModelOpened{}, net::Clock::now(), false);
}

void ModelLeg::comes_soon() const {
    if (listener_ != nullptr) listener_->comes_soon();
}

void ModelLeg::text(std::span<char> message) {
    if (listener_ == nullptr) return;
    const net::TimePoint at = net::Clock::now();
    const bool more_waits = peer_ != nullptr && peer_->more_waits();
    if (auto audio = openai::read_audio(message))
        return listener_->model_event(*audio, at, more_waits);
    json::Value root = tools_.parser.parse_in_place(message);
    auto event = openai::parse_event(root);
    if (!event) return;
    if (std::holds_alternative<call::ResponseDone>(*event)) take_back_instructions();
    listener_->model_event(*event, at, more_waits);
}

void ModelLeg::all_told() {
    if (listener_ != nullptr) listener_->all_told();
}

void ModelLeg::closed(std::uint16_t code, std::string_view reason) {
    peer_ = nullptr;
    if (listener_ != nullptr)
        listener_->model_event(call::LegClosed{call::Leg::model, code, reason}, net::Clock::now(),
                               false);
    else
        retired_->forget_soon(this);
}

std::string ModelLeg::event_id(std::string_view what) {
    return fmt::format("{}-{}", what, ++events_sent_);
}

void ModelLeg::send() {
    if (peer_ != nullptr) peer_->send_text(tools_.writer.view());
}

void ModelLeg::configure(const openai::SessionSettings& settings, bool interruptible) {
    openai::write_session_update(tools_.writer, settings, interruptible, event_id("session"));
    send();
}

void ModelLeg::append(std::string_view payload) {
    openai::write_append(tools_.writer, payload);
    send();
}

void ModelLeg::perform(const call::CreateResponse& a) {
    if (!a.instructions.empty()) {
        take_back_instructions();
        instructions_item_ = event_id("say");
        openai::write_message(tools_.writer, "system", a.instructions, event_id("message"),
                              instructions_item_);
        send();
    }
    openai::write_response_create(tools_.writer, a.purpose, a.words_only, event_id("response"));
    send();
}

void ModelLeg::take_back_instructions() {
    if (instructions_item_.empty()) return;
    perform(call::DeleteItem{std::exchange(instructions_item_, {})});
}

void ModelLeg::perform(const call::CancelResponse&) {
    openai::write_cancel(tools_.writer, event_id("cancel"));
    send();
}

void ModelLeg::perform(const call::AddMessage& a) {
    openai::write_message(tools_.writer, a.role, a.text, event_id("message"));
    send();
}

void ModelLeg::perform(const call::AddFunctionOutput& a) {
    openai::write_function_output(tools_.writer, a.call_id, a.output, event_id("output"));
    send();
}

void ModelLeg::perform(const call::Truncate& a) {
    openai::write_truncate(tools_.writer, a.item_id, a.content_index, a.audio_end_ms,
                           event_id("truncate"));
    send();
}

void ModelLeg::perform(const call::DeleteItem& a) {
    openai::write_delete(tools_.writer, a.item_id, event_id("delete"));
    send();
}

}  // namespace pa::bridge
