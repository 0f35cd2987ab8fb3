// The carrier's part, played by us through the public URL: a signed request, and a media socket
// with a tone, both back into the bridge of this agent.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audio/g711.hpp"
#include "base/base64.hpp"
#include "doctor/check.hpp"
#include "doctor/dialogue.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"
#include "twilio/signature.hpp"

namespace pa::doctor {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr const char* path = "/self-test";
constexpr std::string_view stream_sid = "MZdoctor";
constexpr std::size_t frames = 50;  // of 20 ms: a second

struct Tokens {
    std::string request, socket;
};

/// Of the bridge, on the operator's socket; Errc::unavailable from one that knows no such test.
Result<Tokens> ask_for_tokens(Context& context) {
    HttpRequest request;
    request.method = "POST";
    request.url = fmt::format("http://bridge{}", path);
    request.unix_socket = context.settings.operator_socket;
    request.timeout = 5s;
    auto answer = context.http.send(request);
    if (!answer) return answer.error();
    auto body = json::Document::parse(answer->body);
    if (answer->status != 201 || !body)
        return Error{Errc::unavailable, "the bridge that runs is an older one: restart it"};
    return Tokens{std::string(body->root()["request"].text()),
                  std::string(body->root()["socket"].text())};
}

/// Why a bridge of ours says 403 to what we have signed.
std::string why_refused(const HttpResponse& answer, const std::string& url) {
    auto body = json::Document::parse(answer.body);
    if (answer.status != 403 || !body || !body->root()["signed"].is_bool())
        return fmt::format("HTTP {} came back: something on the way does not pass requests on",
                           answer.status);
    if (!body->root()["signed"].boolean())
        return "the signature did not arrive: what is between the public URL and the bridge drops "
               "the header X-Twilio-Signature";
    return fmt::format(
        "signed for {}, and refused by a bridge at {}: it was started with another "
        "TWILIO_AUTH_TOKEN; restart it",
        url, body->root()["public_url"].text());
}

/// 440 Hz at half of full scale.
std::string tone(std::size_t samples) {
    constexpr double rate = 8000, pitch = 440, turn = 6.283185307179586;
    std::string mulaw;
    for (std::size_t i = 0; i < samples; ++i)
        mulaw += audio::mulaw_of(static_cast<std::int16_t>(
            16000 * std::sin(turn * pitch * static_cast<double>(i) / rate)));
    return mulaw;
}

/// Sends a second of a tone as the carrier would, a frame each 20 ms, and hears it come back.
class EchoTest final : public Dialogue {
public:
    explicit EchoTest(std::string token)
        : token_(std::move(token)), tone_(tone(frames * audio::kFrameBytes)) {}

    std::vector<milliseconds> round_trips;  // of each frame that came back

    void opened(net::WsPeer& peer) override {
        Dialogue::opened(peer);
        send_start();
        pace_ = std::make_unique<net::Timer>(loop(), [this] { send_frame(); });
        next_ = net::Clock::now();
        pace_->arm(next_);
    }

    void text(std::span<char> message) override {
        json::Value root = parser_.parse_in_place(message);
        if (root["event"].text() != "media") return;
        const std::size_t n = round_trips.size();
        if (n >= sent_.size() || root["media"]["payload"].text() != payload(n))
            return finish("what came back is not what was sent");
        round_trips.push_back(
            std::chrono::duration_cast<milliseconds>(net::Clock::now() - sent_[n]));
        if (round_trips.size() == frames) finish();
    }

private:
    [[nodiscard]] std::string payload(std::size_t n) const {
        return base64_encode(
            std::string_view(tone_).substr(n * audio::kFrameBytes, audio::kFrameBytes));
    }

    void send_start() {
        json::Writer w;
        w.start().object().member("event", "start").member("sequenceNumber", "1");
        w.member("streamSid", stream_sid).key("start").object().member("streamSid", stream_sid);
        w.member("callSid", "CAdoctor").key("mediaFormat").object();
        w.member("encoding", "audio/x-mulaw")
            .member("sampleRate", 8000)
            .member("channels", 1)
            .end();
        w.key("customParameters").object().member("token", token_).end().end().end();
        peer()->send_text(w.view());
    }

    void send_frame() {
        if (peer() == nullptr || sent_.size() == frames) return;
        json::Writer w;
        const std::size_t n = sent_.size();
        w.start().object().member("event", "media").member("sequenceNumber", std::to_string(n + 2));
        w.member("streamSid", stream_sid).key("media").object().member("track", "inbound");
        w.member("chunk", std::to_string(n + 1)).member("timestamp", std::to_string(n * 20));
        w.member("payload", payload(n)).end().end();
        sent_.push_back(net::Clock::now());
        peer()->send_text(w.view());
        next_ += 20ms;
        pace_->arm(next_);
    }

    std::string token_, tone_;
    json::Parser parser_;
    std::vector<net::TimePoint> sent_;
    net::TimePoint next_{};
    std::unique_ptr<net::Timer> pace_;
};

void judge(std::vector<milliseconds> trips, Report& report) {
    std::sort(trips.begin(), trips.end());
    const milliseconds half = trips[trips.size() / 2], longest = trips.back();
    const std::string sentence = fmt::format(
        "{} frames of a tone came back unchanged, half of them within {} ms, all "
        "within {} ms",
        trips.size(), half.count(), longest.count());
    if (half > 300ms)
        return report.warn("media socket", sentence +
                                               ": each answer comes that much later; choose "
                                               "a region of the tunnel that is nearer");
    if (longest - half > 300ms)
        return report.warn("media socket", sentence +
                                               ": uneven, which crackles; look at the "
                                               "upload of this network");
    report.ok("media socket", sentence);
}

}  // namespace

void check_webhook(Context& context, Report& report) {
    if (!context.facts.bridge || !context.facts.token_signs) return;
    auto tokens = ask_for_tokens(context);
    if (!tokens) return report.fail("signed request", tokens.error().what);
    const Form form = {{"CallSid", "CAdoctor"}, {"token", tokens->request}};
    HttpRequest request;
    request.method = "POST";
    request.url = twilio::public_url_of(context.facts.public_url, path);
    request.timeout = 15s;
    request.body = form_encode(form);
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                       {"User-Agent", "phone-agent/1"},
                       {"ngrok-skip-browser-warning", "1"},
                       {"X-Twilio-Signature",
                        twilio::sign_form(context.settings.twilio_auth_token, request.url, form)}};
    const auto begin = std::chrono::steady_clock::now();
    auto answer = context.http.send(request);
    if (!answer) return report.fail("signed request", answer.error().what);
    if (answer->status != 200)
        return report.fail("signed request", why_refused(*answer, request.url));
    const auto took =
        std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
    context.facts.socket_token = tokens->socket;
    report.ok("signed request", fmt::format("came through {} in {} ms and was accepted",
                                            context.facts.public_url, took.count()));
}

void check_media(Context& context, Report& report) {
    if (context.facts.socket_token.empty()) return;
    net::WsConnect connect;
    connect.url = twilio::public_socket_url_of(context.facts.public_url, path);
    connect.headers = {{"User-Agent", "phone-agent/1"},
                       {"X-Twilio-Signature",
                        twilio::sign_socket(context.settings.twilio_auth_token, connect.url)}};
    EchoTest echo(context.facts.socket_token);
    const std::string wrong = echo.run(connect, 12s);
    if (!wrong.empty())
        return report.fail(
            "media socket",
            fmt::format("{} after {} of {} frames: calls would ring and be silent; "
                        "what is between {} and the bridge does not pass WebSockets "
                        "on",
                        wrong, echo.round_trips.size(), frames, context.facts.public_url));
    judge(echo.round_trips, report);
}

}  // namespace pa::doctor
