// Every event in every order: whatever the peers say, the machine neither breaks nor hangs, and
// every call ends once.
#include <iostream>
#include <random>

#include "base/base64.hpp"
#include "call/session.hpp"
#include "support/call_rig.hpp"
#include "support/catch.hpp"

using namespace pa::call;
using pa::test::quiet_config;
using namespace std::chrono_literals;

namespace {

class Chaos {
public:
    explicit Chaos(std::uint64_t seed) : lot_(seed), session_(config(), now_) {
        session_.start(actions_);
        check();
    }

    void run(int steps) {
        if (any(0, 9) > 0)
            for (const Event& e : {Event{ModelOpened{}}, Event{StreamStarted{"MZ"}},
                                   Event{SessionUpdated{"audio/pcmu", "audio/pcmu", 0}}})
                feed(e);
        for (; steps_ < steps && !session_.ended(); ++steps_) {
            if (any(0, 3) == 0) pass(milliseconds(any(0, 99) == 0 ? any(0, 20'000) : any(0, 200)));
            feed(any(0, 39) == 0 ? ending() : event());
        }
    }

    /// Both legs close; time does the rest.
    void close() {
        feed(LegClosed{Leg::model, 1006, "gone"});
        feed(StreamStopped{});
        feed(LegClosed{Leg::carrier, 1006, "gone"});
        pass(std::chrono::hours(1));
    }

    [[nodiscard]] int steps() const { return steps_; }
    [[nodiscard]] int finished() const { return finished_; }
    [[nodiscard]] const Session& session() const { return session_; }

private:
    int any(int from, int to) { return std::uniform_int_distribution<int>(from, to)(lot_); }

    SessionConfig config() {
        SessionConfig c = quiet_config();
        c.interruption = static_cast<Interruption>(any(0, 2));
        c.prewarm = static_cast<Prewarm>(any(0, 2));
        c.on_machine = static_cast<OnMachine>(any(0, 2));
        c.machine_message = "Leave a message";
        c.wants_ack = any(0, 1) == 0;
        c.silence = milliseconds(any(0, 1) * 5000);
        if (any(0, 1) == 0) c.pin = "12";
        if (any(0, 3) == 0) c.limit_goodbye = {};
        c.max_duration = milliseconds(any(1, 600) * 1000);
        return c;
    }

    std::string_view one_of(std::initializer_list<std::string_view> words) {
        return *(words.begin() + any(0, static_cast<int>(words.size()) - 1));
    }
    std::string_view keep(std::string text) { return text_.emplace_back(std::move(text)); }
    std::string_view id(std::string_view kind) {
        if (any(0, 19) == 0) return garbage();
        return keep(std::string(kind) + std::to_string(any(0, 3)));
    }
    std::string_view garbage() {
        std::string s;
        for (int n = any(0, 12); n > 0; --n) s += static_cast<char>(any(0, 255));
        return keep(std::move(s));
    }
    std::string_view words() {
        return any(0, 4) == 0 ? garbage()
                              : one_of({"", ".", "네", "one two three", "1 2", "안녕 잘 잤어?"});
    }
    std::string_view payload() {
        if (any(0, 9) == 0) return garbage();
        return keep(pa::base64_encode(std::string(static_cast<std::size_t>(any(0, 900)), '\x20')));
    }

    /// What tends to end a call, or a leg of it.
    Event ending() {
        text_.clear();
        if (any(0, 2) == 0) return wish();
        switch (any(0, 9)) {
            case 0: return StreamStopped{};
            case 1: return CarrierStatus{one_of({"completed", "failed", ""})};
            case 2:
                return AnsweredBy{
                    one_of({"human", "unknown", "machine_start", "machine_end_beep", "fax"})};
            case 3: return LegClosed{Leg::carrier, 1006, garbage()};
            case 4: return EndRequested{one_of({"budget", ""})};
            case 5: return StreamStarted{id("MZ")};
            default: return LegClosed{Leg::model, 1006, any(0, 5) != 0 ? garbage() : "401"};
        }
    }

    /// Of the operator.
    Event wish() {
        switch (any(0, 6)) {
            case 0: return SayRequested{words()};
            case 1: return WhisperRequested{garbage()};
            case 2: return HangUpRequested{words(), any(0, 1) != 0};
            case 3: return TransferRequested{"+821000005678"};
            case 4: return TransferEnded{one_of({"completed", "busy", "refused", ""}), garbage()};
            default: return MuteRequested{any(0, 1) != 0};
        }
    }

    Event event() {
        text_.clear();
        switch (any(0, 3)) {
            case 0: return carrier_event();
            case 1: return turn_event();
            default: return response_event();
        }
    }

    Event carrier_event() {
        switch (any(0, 5)) {
            case 0: return KeyPressed{static_cast<char>(any(0, 1) != 0 ? '1' : any(0, 255))};
            case 1: return MarkPlayed{garbage()};
            case 2: return Timeout{};
            case 3: return CallerAudio{payload(), any(-100, 20'000)};
            default:
                return MarkPlayed{
                    keep(std::to_string(any(0, 4)) + "." + std::to_string(any(0, 30)))};
        }
    }

    Event turn_event() {
        const int ms = any(-100, 20'000);
        switch (any(0, 8)) {
            case 0: return SpeechStarted{id("u"), ms};
            case 1: return SpeechStopped{id("u"), ms};
            case 2: return InputCommitted{id("u"), id("a")};
            case 3: return ItemAdded{id("a"), id("u"), one_of({"user", "assistant", ""})};
            case 4: return CallerText{id("u"), words(), {}};
            case 5: return CallerTextFailed{id("u"), garbage()};
            case 6: return IdleTimeout{id("u")};
            case 7: return SessionCreated{id("s")};
            default: return error();
        }
    }

    Event response_event() {
        switch (any(0, 11)) {
            case 0: return ModelOpened{};
            case 1: return SessionUpdated{"audio/pcmu", "audio/pcmu", 0};
            case 2:
                return ResponseStarted{
                    id("r"), one_of({"", "greeting", "answer", "goodbye", "message", "machine"})};
            case 3: return OutputStarted{id("r"), id("a"), any(0, 1) == 0};
            case 4: return ModelAudioDone{id("r"), id("a"), 0};
            case 5: return ModelText{id("r"), id("a"), words()};
            case 6: return ModelTextDone{id("r"), id("a"), words()};
            case 7:
                return FunctionCalled{id("r"), id("f"), id("c"),
                                      one_of({"note", "acknowledge", "end_call"}), "{}"};
            case 8:
                if (any(0, 1) == 0) return AnswerGiven{id("c"), any(0, 1) == 0, words()};
                return FunctionReturned{id("c"), words(), true};
            case 9: return done();
            default: return ModelAudio{id("r"), id("a"), any(-1, 2), payload()};
        }
    }

    Event done() {
        std::string_view status = one_of({"completed", "completed", "cancelled", "incomplete", ""});
        if (any(0, 9) == 0) status = "failed";
        std::string_view code = any(0, 9) != 0 ? "server_error" : "insufficient_quota";
        return ResponseDone{id("r"), status, "", code, garbage(), any(0, 1) == 0, {}};
    }
    Event error() {
        return ModelError{"invalid_request_error",
                          one_of({"conversation_already_has_active_response", "item_not_found",
                                  "invalid_value", ""}),
                          garbage(), one_of({"session-1", "response-1", ""})};
    }

    void feed(const Event& e) {
        actions_.clear();
        session_.handle(e, now_, actions_);
        check();
    }

    /// Time goes on from deadline to deadline.
    void pass(milliseconds time) {
        const TimePoint end = now_ + time;
        int spins = 0;
        while (auto due = session_.next_timeout()) {
            if (*due > end) break;
            spins = *due > now_ ? 0 : spins + 1;
            REQUIRE(spins < 100);
            now_ = std::max(now_, *due);
            feed(Timeout{});
        }
        now_ = end;
    }

    /// Views can be read, and nothing is done after the end.
    void check() {
        if (finished_ > 0) REQUIRE(actions_.empty());
        for (const Action& a : actions_) {
            sum_ += pa::test::show(a).size();
            if (const auto* x = std::get_if<AppendAudio>(&a))
                sum_ += x->payload.size() + sum(x->payload);
            if (const auto* x = std::get_if<PlayAudio>(&a)) {
                sum_ += sum(x->payload);
                REQUIRE(session_.streaming());
            }
            if (const auto* x = std::get_if<Truncate>(&a)) REQUIRE(x->audio_end_ms >= 0);
            if (std::holds_alternative<Finished>(a)) ++finished_;
        }
    }
    static std::size_t sum(std::string_view bytes) {
        std::size_t s = 0;
        for (char c : bytes) s += static_cast<unsigned char>(c);
        return s;
    }

    std::mt19937_64 lot_;
    TimePoint now_{1000s};
    Session session_;
    std::vector<Action> actions_;
    std::deque<std::string> text_;
    int finished_ = 0, steps_ = 0;
    std::size_t sum_ = 0;
};

}  // namespace

TEST_CASE("no order of events breaks the machine, and every call ends once") {
    constexpr std::uint64_t seed = 4711;
    constexpr int calls = 2000;
    std::int64_t steps = 0;
    for (std::uint64_t i = 0; i < calls; ++i) {
        INFO("seed " << seed + i);
        Chaos chaos(seed + i);
        chaos.run(500);
        steps += chaos.steps();
        chaos.close();
        REQUIRE(chaos.finished() == 1);
        REQUIRE(chaos.session().ended());
        REQUIRE_FALSE(chaos.session().next_timeout());
    }
    std::cout << "fuzz: " << calls << " calls from seed " << seed << ", " << steps / calls
              << " events each\n";
    CHECK(steps / calls > 50);
}
