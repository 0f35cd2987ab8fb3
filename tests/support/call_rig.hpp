// A real call::Session in virtual time, between sim::Phone, a caller's line of 20 ms frames and a
// model that says what the test tells it to. Time jumps to whatever is due next; nothing sleeps.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "call/session.hpp"
#include "sim/phone.hpp"

namespace pa::test {

using namespace std::chrono_literals;
using call::milliseconds;
using call::TimePoint;

/// A configuration in which nothing but the test itself makes the agent speak or end.
[[nodiscard]] call::SessionConfig quiet_config();

/// An action in one line: "play 1600", "mark 1.2", "truncate a1/0 1500", "create greeting: Say hi".
[[nodiscard]] std::string show(const call::Action& action);

class CallRig {
public:
    /// The session is made and started. `one_way` is the delay between us and the phone.
    explicit CallRig(call::SessionConfig config = quiet_config(), milliseconds one_way = 0ms);

    // --- time ---
    [[nodiscard]] TimePoint now() const { return now_; }
    [[nodiscard]] std::int64_t ms() const { return call::ms_between(begin_, now_); }
    void run(milliseconds time);
    /// Until that is so, at most for `limit`; false if it never was.
    bool run_until(const std::function<bool()>& so, milliseconds limit = 60s);
    void at(milliseconds from_now, std::function<void()> what);

    // --- the session ---
    void feed(const call::Event& event);
    /// Told of each event and what is to be done about it, before it is done.
    std::function<void(const call::Event&, const std::vector<call::Action>&)> watch;
    [[nodiscard]] const call::Session& session() const { return session_; }
    [[nodiscard]] const call::Record& record() const { return session_.record(); }
    [[nodiscard]] bool happened(std::string_view what) const;  // in record().events or errors
    /// "user: …" and "assistant: …", with what was heard after a bar, as in the finished record.
    [[nodiscard]] std::vector<std::string> lines() const;

    struct Done {
        std::int64_t ms;
        call::Action action;  // its views are kept
    };
    [[nodiscard]] const std::vector<Done>& done() const { return done_; }
    /// What was done since the last take(), as show() has it, without keeps and audio.
    std::vector<std::string> take();
    template <class A>
    [[nodiscard]] std::vector<A> all() const {
        std::vector<A> out;
        for (const Done& d : done_)
            if (const A* a = std::get_if<A>(&d.action)) out.push_back(*a);
        return out;
    }
    template <class A>
    [[nodiscard]] std::size_t count() const {
        return all<A>().size();
    }
    void forget() { done_.clear(), taken_ = 0; }

    // --- the carrier's leg ---
    sim::Phone phone;
    void pick_up();
    void hang_up();       // `stop`, then the socket closes
    void break_stream();  // the socket closes without a word
    [[nodiscard]] bool stream_up() const { return stream_up_; }
    bool line_sends = true;        // a frame every 20 ms while there is a stream
    bool carrier_obeys = true;     // CloseStream and CompleteCall close the stream
    bool echo_marks = true;        // false: marks are lost on their way back
    bool speaking = false;         // the frames are loud
    std::int64_t first_frame = 0;  // number of the next frame
    /// Numbers of the frames that the model's present session was given, in order.
    [[nodiscard]] const std::vector<std::int64_t>& appended() const { return appended_; }
    [[nodiscard]] std::int64_t appended_ms() const { return appended_bytes_ / 8; }

    // --- the model's leg ---
    bool auto_model = true;     // opens and accepts the session as soon as it is asked to
    milliseconds model_rtt{0};  // of that
    [[nodiscard]] bool model_open() const { return model_open_; }
    void model_opens();
    void model_accepts();
    void model_drops(std::uint16_t code = 1006, std::string_view reason = "connection reset");

    void response_starts(std::string_view response, std::string_view purpose = {});
    /// An output item, all of its text and then its audio in deltas of delta_ms, now.
    void model_says(std::string_view response, std::string_view item, std::string_view text,
                    std::int64_t audio_ms, std::int64_t delta_ms = 100);
    void item_starts(std::string_view response, std::string_view item);
    void audio(std::string_view response, std::string_view item, std::int64_t audio_ms);
    void audio_done(std::string_view response, std::string_view item);
    void text_done(std::string_view response, std::string_view item, std::string_view text);
    void response_done(std::string_view response, std::string_view status = "completed",
                       std::string_view reason = {}, std::string_view error_code = {});
    /// All of that: one item, completed.
    void answer(std::string_view response, std::string_view item, std::string_view text,
                std::int64_t audio_ms, std::string_view purpose = {});
    void calls_function(std::string_view response, std::string_view call_id, std::string_view name,
                        std::string_view arguments = "{}");

    // --- the caller's turns, as the model's turn detection tells them ---
    void speech_starts(std::string_view item);  // loud frames from now on
    void speech_stops(std::string_view item);   // silence; the event comes vad_silence later
    void commits(std::string_view item);
    void hears(std::string_view item, std::string_view text);
    /// A whole turn of 600 ms with its text.
    void turn(std::string_view item, std::string_view text);

    /// Legs up and ready, the greeting asked for: the call can begin.
    void connect();
    /// connect(), and the greeting "hello" of greeting_ms as item "g" was heard to its end.
    void connect_and_greet(std::int64_t greeting_ms = 1000);

private:
    void carry_out();
    void perform(const call::Action& action);
    void keep(const call::Action& action);
    void play(std::string_view payload);
    void append(std::string_view payload);
    void step(TimePoint to);
    [[nodiscard]] TimePoint next_due(TimePoint limit) const;
    void close_stream();
    void order(std::string_view item, std::string_view role);

    TimePoint begin_, now_;
    int spins_ = 0;
    call::SessionConfig config_;
    call::Session session_;
    std::vector<call::Action> actions_;
    std::vector<Done> done_;
    std::size_t taken_ = 0;
    std::deque<std::string> kept_;  // what views in done_ look at
    std::multimap<TimePoint, std::function<void()>> agenda_;

    bool stream_up_ = false, closing_ = false;
    TimePoint next_frame_;
    bool model_open_ = false;
    int model_openings_ = 0;
    std::vector<std::int64_t> appended_;
    std::int64_t appended_bytes_ = 0;
    std::map<std::string, char, std::less<>> tone_of_;  // item -> the byte its audio is made of
    std::map<char, std::string> item_of_;
    std::string last_item_;
};

}  // namespace pa::test
