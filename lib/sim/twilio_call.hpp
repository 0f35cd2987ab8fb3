// One call of the simulated carrier: rings, asks for TwiML and runs it, tells of its progress, and
// knows at its end what the person really heard.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/call_order.hpp"
#include "sim/call_resource.hpp"
#include "sim/carrier.hpp"
#include "sim/media_session.hpp"
#include "sim/scenario.hpp"
#include "sim/twiml_reader.hpp"
#include "sim/webhook_sender.hpp"

namespace pa::sim {

class TwilioCall {
public:
    /// `carrier` is borrowed. Must outlive the pool's requests.
    TwilioCall(Carrier& carrier, CallResource resource, CallOrder order, Scenario scenario);
    ~TwilioCall();

    void begin();
    /// The change that REST allows; false where Twilio answers 21220.
    bool complete();  // Status=completed
    bool cancel();    // Status=canceled
    bool redirect(const std::string& url, const std::string& method);
    bool run(const std::string& twiml);

    /// The person hangs up.
    void hang_up();
    /// The record is taken out of the account; what is under way for the call goes on.
    void remove() { removed_ = true; }
    [[nodiscard]] bool removed() const { return removed_; }

    [[nodiscard]] const CallResource& resource() const { return resource_; }
    /// What was heard on both sides so far; of an answered call.
    [[nodiscard]] Phone::Recording recording() const;
    /// The facts as a JSON object (the members of the "ended" event).
    void write_facts(json::Writer& w) const;

private:
    // ringing and answering (twilio_call.cpp)
    void ring();
    void outcome();
    void answer();
    void detect_machine();
    void report_answer(const std::string& who);
    void arm_faults();
    // documents and verbs (twilio_call_verbs.cpp)
    void fetch(const std::string& url, const std::string& method, bool is_fallback = false);
    void got_document(const std::string& url, bool is_fallback, Result<HttpResponse> answer);
    void document_failed(int code, const std::string& why, const std::string& url,
                         bool is_fallback);
    void take_document(const std::string& url, const std::string& text);
    void next_verb();
    void connect(const TwimlNode& verb);
    void dial(const TwimlNode& verb);
    void open_stream(const std::string& url,
                     std::vector<std::pair<std::string, std::string>> parameters);
    void stream_ended();
    void complain_of_end(const StreamFacts& s);
    void forget_stream();
    // the line (twilio_call.cpp)
    void tick();
    // the end and the report (twilio_call_report.cpp)
    void end(const std::string& status, int sip_code, const std::string& by);
    void status(const std::string& event);
    void complain(int code, const std::string& what);
    void tell(const std::string& event, const Form& members = {});
    void save_wav();
    void write_stream(json::Writer& w, const StreamFacts& s) const;
    void write_hearing(json::Writer& w, TimePoint now) const;
    [[nodiscard]] std::string mark_after(const std::string& part) const;

    Carrier& carrier_;
    CallResource resource_;
    CallOrder order_;
    Scenario scenario_;
    Faults faults_;
    WebhookSender webhooks_;
    Delays delays_;       // of the whole call: forgotten at its end
    Delays verb_delays_;  // of the verb that runs
    net::Timer line_timer_;
    int sequence_ = 0;  // of status callbacks

    std::optional<Phone> phone_;  // from the answer on
    std::unique_ptr<Person> person_;
    bool person_started_ = false, removed_ = false;
    bool beep_awaited_ = false;  // by machine detection
    TimePoint asked_at_{}, answered_at_{}, heard_until_{}, ended_at_{};
    std::unique_ptr<MediaSession> stream_;
    std::vector<StreamFacts> streams_;
    std::string hung_up_by_, wav_file_;
    std::int64_t dropped_at_end_ = 0;  // bytes of audio nobody heard any more

    std::vector<TwimlNode> verbs_;
    std::size_t verb_ = 0;
    std::string document_url_, connect_action_;
    Form dial_report_;  // for the action of a <Dial>
    int documents_ = 0;
    bool breaking_out_ = false;                          // of <Connect>, by REST
    std::map<std::string, std::string> marks_of_parts_;  // of streams that are over
};

}  // namespace pa::sim
