// The shipped conversations in virtual time: scripted caller, phone and model with a bridge between
// them that forwards, clears and truncates, and does nothing else.
#include "base/base64.hpp"
#include "sim/caller.hpp"
#include "sim/model_rig.hpp"
#include "sim/phone.hpp"

using namespace pa;
using namespace pa::sim;

namespace {

class Talk {
public:
    explicit Talk(const std::string& name)
        : scenario_(std::move(*Scenario::load(name, PA_SHARE))),
          faults_(scenario_.faults),
          session_(scenario_, clips(), faults_, {}, now_),
          phone_(now_),
          caller_(
              scenario_.caller,
              [](std::string_view id) { return std::string_view(clips().find(id)->audio); },
              scenario_.seed) {
        send(R"({"type":"session.update","session":{"type":"realtime","audio":{
            "input":{"format":{"type":"audio/pcmu"},"transcription":{"model":"gpt-transcribe"},
                     "turn_detection":{"type":"server_vad","silence_duration_ms":500}},
            "output":{"format":{"type":"audio/pcmu"}}}}})");
        send(R"({"type":"response.create","response":{"metadata":{"purpose":"greeting"}}})");
        caller_.answered(now_);
    }
    /// Until the caller hangs up; false if that takes more than two minutes.
    bool run() {
        while (now_ < call::TimePoint{} + std::chrono::minutes(2)) {
            auto tick = *caller_.next_due();
            while (session_.next_due() && *session_.next_due() <= tick) {
                now_ = *session_.next_due();
                session_.poll(now_);
                collect();
            }
            now_ = tick;
            static_cast<void>(phone_.poll(now_));
            Caller::Output out = caller_.tick(phone_.speaking(now_));
            if (out.hang_up) return true;
            send(R"({"type":"input_audio_buffer.append","audio":")" + base64_encode(out.frame) +
                 "\"}");
        }
        return false;
    }
    [[nodiscard]] std::int64_t ms() const { return call::ms_between({}, now_); }
    RealtimeSession& session() { return session_; }
    Phone& phone() { return phone_; }
    std::vector<std::string> transcript;  // of the caller
    std::vector<std::int64_t> truncated;
    std::vector<std::string> errors;

private:
    void send(const std::string& event) {
        session_.receive(event, now_);
        collect();
    }
    void collect() {
        for (ServerMessage& m : session_.take()) {
            auto doc = json::Document::parse(m.text);
            REQUIRE(doc);
            take(doc->root());
        }
    }
    void take(json::Value e) {
        std::string_view type = e["type"].text();
        if (type == "response.output_audio.delta")
            phone_.media(*base64_decode(e["delta"].text()), now_, e["item_id"].text());
        if (type == "conversation.item.input_audio_transcription.completed")
            transcript.emplace_back(e["transcript"].text());
        if (type == "error") errors.emplace_back(e["error"]["message"].text());
        if (type == "input_audio_buffer.speech_started") barge_in();
    }
    void barge_in() {
        phone_.clear(now_);
        static_cast<void>(phone_.poll(now_));
        const Phone::Cleared& cleared = phone_.clears().back();
        if (cleared.part.empty()) return;
        truncated.push_back(cleared.part_played / 8);
        send(R"({"type":"conversation.item.truncate","content_index":0,"item_id":")" +
             cleared.part + R"(","audio_end_ms":)" + std::to_string(cleared.part_played / 8) + "}");
    }

    call::TimePoint now_{};
    Scenario scenario_;
    Faults faults_;
    RealtimeSession session_;
    Phone phone_;
    Caller caller_;
};

}  // namespace

TEST_CASE("the morning call ends within 36 s, with its four wishes heard and one barge-in") {
    Talk talk("morning-call");
    REQUIRE(talk.run());
    CHECK(talk.ms() < 36'000);
    CHECK(talk.errors.empty());
    CHECK(talk.transcript ==
          std::vector<std::string>{"응, 잘 잤어. 내일 아침 7시에 모닝콜 해줘.",
                                   "마트에서 우유 사와야 해.",
                                   "잠깐만, 그게 아니라. 다음 주 월요일에 회의 있어.",
                                   "나중에 다시 전화해줘.", "고마워, 이제 끊을게."});
    REQUIRE(talk.truncated.size() == 1);
    CHECK(talk.truncated[0] > 3'500);
    CHECK(talk.session().spoken().back().clips == std::vector<std::string>{"goodbye"});
}

TEST_CASE("ten turns and three barge-ins, each said and heard in full") {
    Talk talk("ten-turns");
    REQUIRE(talk.run());
    CHECK(talk.errors.empty());
    CHECK(talk.session().heard().size() == 10);
    CHECK(talk.truncated.size() == 3);
    std::size_t interrupted = 0;
    for (const Item& item : talk.session().conversation().items()) interrupted += item.truncated;
    CHECK(interrupted == 3);
    CHECK(talk.session().heard()[2].text == "잠깐만, 그게 아니라.");
    CHECK(talk.session().heard()[9].text == "고마워, 이제 끊을게.");
}

TEST_CASE("on a noisy line with losses the words still come through") {
    Talk talk("noisy");
    REQUIRE(talk.run());
    REQUIRE(talk.session().heard().size() == 2);
    CHECK(talk.session().heard()[0].text == "마트에서 우유 사와야 해.");
}
