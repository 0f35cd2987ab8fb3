// A client of a simulated Realtime session in virtual time: sends events, says clips at 20 ms a
// frame, keeps what comes with its time.
#pragma once

#include <string>
#include <vector>

#include "audio/g711.hpp"
#include "base/base64.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"
#include "sim/realtime_session.hpp"
#include "support/catch.hpp"

namespace pa::sim {

inline const ClipBook& clips() {
    static const ClipBook book = std::move(*ClipBook::load(PA_SHARE "/clips"));
    return book;
}

struct Received {
    std::int64_t at_ms;
    json::Document doc;
    [[nodiscard]] json::Value operator[](std::string_view key) const { return doc.root()[key]; }
    [[nodiscard]] std::string type() const { return std::string((*this)["type"].text()); }
};

class ModelRig {
public:
    explicit ModelRig(const std::string& scenario, RealtimeSession::Options options = {})
        : scenario_(std::move(*Scenario::parse(scenario, "test.json"))),
          faults_(scenario_.faults),
          session_(scenario_, clips(), faults_, std::move(options), now_) {
        run(0);
    }
    /// A session as pa-bridge sets it up.
    void configure(const std::string& turns = "") {
        std::string detection =
            turns.empty() ? R"({"type":"server_vad","silence_duration_ms":500})" : turns;
        send(
            R"({"type":"session.update","session":{"type":"realtime","tools":[{"type":"function","name":"end_call"}],
            "audio":{"input":{"format":{"type":"audio/pcmu"},"transcription":{"model":"gpt-transcribe"},
            "turn_detection":)" +
            detection + R"(},"output":{"format":{"type":"audio/pcmu"}}}}})");
        REQUIRE(last("session.updated") != nullptr);
    }
    void send(const std::string& event) {
        session_.receive(event, now_);
        collect();
    }
    /// Lets time pass without any audio.
    void run(int ms) {
        auto end = now_ + call::milliseconds(ms);
        while (session_.next_due() && *session_.next_due() <= end) {
            now_ = *session_.next_due();
            session_.poll(now_);
            collect();
        }
        now_ = end;
    }
    void append(const std::string& mulaw) {
        for (std::size_t i = 0; i < mulaw.size(); i += 160) {
            json::Writer w;
            w.object().member("type", "input_audio_buffer.append");
            w.member("audio", base64_encode(mulaw.substr(i, 160))).end();
            send(w.str());
            run(20);
        }
    }
    void say(const char* clip) { append(clips().find(clip)->audio); }
    void quiet(int ms) { append(std::string(static_cast<std::size_t>(ms) * 8, audio::kSilence)); }

    [[nodiscard]] std::vector<std::string> types() const {
        std::vector<std::string> out;
        for (const Received& r : received)
            if (out.empty() || r.type() != out.back() ||
                r.type().find("delta") == std::string::npos)
                out.push_back(r.type());
        return out;
    }
    [[nodiscard]] std::vector<const Received*> all(const std::string& type) const {
        std::vector<const Received*> out;
        for (const Received& r : received)
            if (r.type() == type) out.push_back(&r);
        return out;
    }
    [[nodiscard]] const Received* last(const std::string& type) const {
        auto found = all(type);
        return found.empty() ? nullptr : found.back();
    }
    [[nodiscard]] std::string last_error() const {
        const Received* e = last("error");
        return e == nullptr ? "" : std::string((*e)["error"]["message"].text());
    }
    [[nodiscard]] std::string last_code() const {
        const Received* e = last("error");
        return e == nullptr ? "" : std::string((*e)["error"]["code"].text("null"));
    }

    RealtimeSession& session() { return session_; }
    std::vector<Received> received;
    std::vector<ServerMessage> ends;  // close, drop, and text that is no JSON

private:
    void collect() {
        for (ServerMessage& m : session_.take()) {
            auto doc = json::Document::parse(m.text);
            if (m.kind == ServerMessage::Kind::text && doc)
                received.push_back({call::ms_between(call::TimePoint{}, now_), std::move(*doc)});
            else
                ends.push_back(std::move(m));
        }
    }

    call::TimePoint now_{};
    Scenario scenario_;
    Faults faults_;
    RealtimeSession session_;
};

}  // namespace pa::sim
