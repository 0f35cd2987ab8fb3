// One whole call in virtual time, without sockets: the real call::Session, its words to and from
// the simulated service as JSON text (openai::write_*, openai::parse_event), the simulated phone
// and the scenario's caller, each behind its own delay. The carrier asks what comes after a stream
// and opens another where it is told to.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "call/session.hpp"
#include "json/writer.hpp"
#include "openai/session.hpp"
#include "sim/caller.hpp"
#include "sim/phone.hpp"
#include "sim/realtime_session.hpp"

namespace pa::test {

using namespace std::chrono_literals;
using call::milliseconds;
using call::TimePoint;

/// The clips of share/clips.
[[nodiscard]] const sim::ClipBook& speech();

class World {
public:
    struct Setup {
        call::SessionConfig session;
        openai::SessionSettings model;
        milliseconds to_phone{0}, to_model{0};  // one way
        milliseconds rings{0};                  // before somebody picks up
        int connect_round_trips = 1;            // to the model, until its socket is open
        bool rest_works = true;                 // the carrier hears of CompleteCall
        /// Told of each event (null: the start) and what is done about it.
        std::function<void(TimePoint, const call::Event*, const std::vector<call::Action>&)> watch;
    };
    /// As pa-bridge has it by default, with Korean instructions.
    [[nodiscard]] static Setup plain();

    /// `scenario`: the name of a shipped one, or its JSON.
    World(const std::string& scenario, Setup setup);
    ~World();

    /// Until the call is finished here and over at the carrier; false if it is not finished within
    /// `limit`.
    bool run(milliseconds limit = 10min);
    void at(milliseconds time, std::function<void()> what);

    void drop_model();
    void break_stream();
    void hang_up();
    /// The carrier's detection has come to this result.
    void answered_by(std::string_view who) { feed(call::AnsweredBy{who}); }
    void end(std::string_view reason) { feed(call::EndRequested{reason}); }

    [[nodiscard]] std::int64_t ms() const { return call::ms_between(begin_, now_); }
    [[nodiscard]] const sim::Scenario& scenario() const { return scenario_; }
    [[nodiscard]] const call::Session& session() const { return session_; }
    [[nodiscard]] const call::Record& record() const { return session_.record(); }
    [[nodiscard]] const sim::Phone& phone() const { return phone_; }
    [[nodiscard]] TimePoint now() const { return now_; }
    /// The simulated sessions, the last one last.
    [[nodiscard]] const std::deque<std::unique_ptr<sim::RealtimeSession>>& models() const {
        return models_;
    }
    /// All that the caller said, as the finished transcript has it.
    [[nodiscard]] std::string caller_words() const;
    /// Milliseconds of an item's audio that the phone has played.
    [[nodiscard]] std::int64_t heard_ms(std::string_view item_id) const;
    struct Cut {
        std::string item_id;
        std::int64_t ours, truth;  // ms
    };
    /// Each truncation and what the phone had played when the clear reached it.
    [[nodiscard]] const std::vector<Cut>& cuts() const { return cuts_; }
    [[nodiscard]] const std::vector<std::string>& service_errors() const { return errors_; }
    [[nodiscard]] int finished() const { return finished_; }
    /// Times of the world [ms], -1 if it never was: the stream's start, the first audio to the
    /// phone, the end of the carrier's call, the finished record.
    struct Moments {
        std::int64_t started = -1, first_media = -1, over = -1, finished = -1;
    };
    [[nodiscard]] const Moments& moments() const { return moments_; }
    /// What sessions were told of the conversation before them; `session` counts from 1.
    struct Told {
        std::size_t session;
        std::string_view role;
        std::string text;
    };
    [[nodiscard]] const std::vector<Told>& told() const { return told_; }

private:
    void feed(const call::Event& event);
    void carry_out();
    void perform(const call::Action& action);
    void run_function(const call::RunFunction& run);
    template <class A>
    bool to_model(const call::Action& action);
    bool write(const call::Action& action);
    void send();
    void open_model();
    void collect();
    void hear_model(const std::string& text, int opening);
    void pick_up();
    void stream_closed();
    void tick();
    void step(TimePoint to);
    [[nodiscard]] TimePoint next_due() const;
    std::string event_id(std::string_view what);
    [[nodiscard]] bool over() const { return finished_ > 0 && gone_; }

    Setup setup_;
    sim::Scenario scenario_;
    sim::Faults faults_;
    TimePoint begin_, now_;
    call::Session session_;
    sim::Phone phone_;
    sim::Caller caller_;
    std::multimap<TimePoint, std::function<void()>> agenda_;
    std::vector<call::Action> actions_;
    json::Writer writer_;
    std::deque<std::unique_ptr<sim::RealtimeSession>> models_;
    bool model_up_ = false, stream_up_ = false, answered_ = false, gone_ = false;
    int opening_ = 0, event_ids_ = 0, finished_ = 0;
    Moments moments_;
    std::vector<Told> told_;
    std::map<std::string, std::string, std::less<>> item_of_;  // by payload
    std::vector<Cut> cuts_;
    std::vector<std::string> errors_;
};

}  // namespace pa::test
