#include "dial/outcome.hpp"

#include "support/catch.hpp"

using namespace pa::dial;

namespace {
CallState state(const char* status, const char* answered_by = "", std::optional<int> sip = {}) {
    CallState s;
    s.status = status;
    s.answered_by = answered_by;
    s.sip_code = sip;
    return s;
}
int status(const CallState& s, bool ack = false) { return static_cast<int>(outcome_of(s, ack)); }
}  // namespace

TEST_CASE("each way a call ends has its exit status") {
    CHECK(status(state("completed", "human")) == 0);
    CHECK(status(state("completed", "unknown")) == 0);
    CHECK(status(state("completed")) == 0);
    CHECK(status(state("no-answer")) == 10);
    CHECK(status(state("busy")) == 11);
    CHECK(status(state("canceled")) == 12);
    CHECK(status(state("failed")) == 13);
    for (const char* who : {"machine", "machine_start", "machine_end_beep", "fax"})
        CHECK(status(state("completed", who)) == 14);
}

TEST_CASE("a decline is known by SIP 603, and only then") {
    for (const char* s : {"busy", "no-answer", "failed"}) {
        CHECK(status(state(s, "", 603)) == 12);
        CHECK(status(state(s, "", 486)) != 12);
    }
    CHECK(status(state("completed", "human", 603)) == 0);
}

TEST_CASE("a call that wants acknowledgement is answered only with it") {
    CallState s = state("completed", "human");
    CHECK(status(s, true) == 15);
    s.acknowledged = false;
    CHECK(status(s, true) == 15);
    s.acknowledged = true;
    CHECK(status(s, true) == 0);
    s.answered_by = "machine_start";
    CHECK(status(s, true) == 0);
    s.acknowledged = false;
    CHECK(status(s, true) == 14);
    CHECK(status(state("no-answer"), true) == 10);
}

TEST_CASE("only the five last states are final") {
    for (const char* s : {"completed", "busy", "no-answer", "failed", "canceled"})
        CHECK(state(s).final());
    for (const char* s : {"", "queued", "initiated", "ringing", "in-progress", "new-word"})
        CHECK_FALSE(state(s).final());
}

TEST_CASE("outcomes are told in words, the terminal sees a clock") {
    CallState s = state("no-answer");
    CHECK(sentence_of(Outcome::no_answer, s, 30) == "no answer after 30 s");
    CHECK(sentence_of(Outcome::no_answer, s, std::nullopt) == "no answer");
    CHECK(word_of(Outcome::machine) == "machine");
    CHECK(live_text(state("ringing"), 0) == "ringing");
    CHECK(live_text(state("in-progress"), 75) == "in progress 1:15");
    CHECK(live_text(state(""), 0) == "queued");
}
