#include "bridge/self_test.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "json/writer.hpp"
#include "twilio/media.hpp"
#include "twilio/signature.hpp"

namespace pa::bridge {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_tokens = 8;

}  // namespace

class SelfTest::Echo final : public net::WsHandler {
public:
    explicit Echo(SelfTest& test)
        : test_(test), deadline_(test.loop_, [this] { leave(1008, "time is over"); }) {}

    void opened(net::WsPeer& peer) override {
        peer_ = &peer;
        deadline_.arm(5s);
    }
    void text(std::span<char> message) override {
        twilio::StreamStart start;
        const auto event = twilio::parse_event(parser_.parse_in_place(message), start);
        if (!event || peer_ == nullptr) return;
        if (std::holds_alternative<call::StreamStarted>(*event)) return begin(start);
        const auto* audio = std::get_if<call::CallerAudio>(&*event);
        if (audio == nullptr || stream_sid_.empty()) return;
        twilio::write_media(writer_, stream_sid_, audio->payload);
        peer_->send_text(writer_.view());
    }
    void closed(std::uint16_t, std::string_view) override { peer_ = nullptr; }

private:
    void begin(const twilio::StreamStart& start) {
        if (!stream_sid_.empty()) return;
        if (!test_.take(Use::socket, start.parameter("token")))
            return leave(1008, "no valid token");
        stream_sid_ = start.stream_sid;
        deadline_.arm(15s);
    }
    void leave(std::uint16_t code, std::string_view why) {
        if (peer_ != nullptr) peer_->close(code, why);
    }

    SelfTest& test_;
    net::Timer deadline_;
    net::WsPeer* peer_ = nullptr;
    json::Parser parser_;
    json::Writer writer_;
    std::string stream_sid_;  // "" until the token was shown
};

void SelfTest::forget_old() {
    std::erase_if(tokens_, [now = loop_.now()](const Token& t) { return now >= t.until; });
}

std::string SelfTest::add(Use use) {
    forget_old();
    if (tokens_.size() >= most_tokens) tokens_.erase(tokens_.begin());
    return tokens_.emplace_back(Token{use, hex(random_bytes(16)), loop_.now() + life}).text;
}

bool SelfTest::take(Use use, std::string_view text) {
    forget_old();
    const auto found = std::find_if(tokens_.begin(), tokens_.end(), [&](const Token& t) {
        return t.use == use && equal_constant_time(t.text, text);
    });
    if (found == tokens_.end()) return false;
    tokens_.erase(found);
    return true;
}

std::string SelfTest::make_tokens() {
    json::Writer w;
    w.start().object().member("request", add(Use::request)).member("socket", add(Use::socket));
    return w.end().str();
}

void SelfTest::answer(const net::ServerRequest& request, std::string_view public_base,
                      std::string_view nonce, const net::Responder& responder) {
    const Form form = form_decode(request.body);
    if (request.method != "POST" || !take(Use::request, form_value(form, "token")))
        return responder.answer(404, "text/plain", "not found\n");
    const std::string_view signature = request.header("x-twilio-signature");
    const bool good = twilio::valid_form_signature(
        auth_token_, twilio::public_url_of(public_base, path), form, signature);
    json::Writer w;
    w.start().object();
    if (good)
        w.member("nonce", nonce);
    else
        w.member("signed", !signature.empty()).member("public_url", public_base);
    responder.answer(good ? 200 : 403, "application/json", w.end().view());
}

net::Upgrade SelfTest::upgrade(const net::ServerRequest& request, std::string_view public_base) {
    forget_old();
    const bool expected = std::any_of(tokens_.begin(), tokens_.end(),
                                      [](const Token& t) { return t.use == Use::socket; });
    if (!expected) return {nullptr, 404};
    if (!twilio::valid_socket_signature(auth_token_,
                                        twilio::public_socket_url_of(public_base, path),
                                        request.header("x-twilio-signature")))
        return {nullptr, 403};
    return {std::make_unique<Echo>(*this), 0};
}

}  // namespace pa::bridge
