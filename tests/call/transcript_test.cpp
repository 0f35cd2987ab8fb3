// Who said what, whatever the order in which it becomes known.
#include "call/transcript.hpp"

#include <algorithm>
#include <functional>
#include <random>
#include <set>

#include "support/call_rig.hpp"
#include "support/catch.hpp"

using namespace pa::call;
using pa::test::CallRig;
using namespace std::chrono_literals;

namespace {

using Lines = std::vector<std::string>;

/// An event that may come at any time after event number `after` of the main sequence.
struct Late {
    int after;
    std::function<void(CallRig&)> event;
};

/// Plays the main sequence with each late event at each place where it may come, one combination
/// after the other, and returns the different transcripts that came of it.
std::set<Lines> all_orders(const std::vector<std::function<void(CallRig&)>>& main,
                           const std::vector<Late>& late, int& orders) {
    std::set<Lines> seen;
    std::vector<int> place;  // each late event comes before this one of the main sequence
    for (const Late& l : late) place.push_back(l.after + 1);
    const int end = static_cast<int>(main.size());
    while (true) {
        CallRig rig;
        rig.line_sends = false;
        rig.connect();
        for (int i = 0; i <= end; ++i) {
            for (std::size_t k = 0; k < late.size(); ++k)
                if (place[k] == i) late[k].event(rig);
            if (i < end) main[static_cast<std::size_t>(i)](rig);
        }
        rig.hang_up();
        rig.run(5s);
        seen.insert(rig.lines());
        ++orders;
        std::size_t k = 0;
        for (; k < place.size() && ++place[k] > end; ++k) place[k] = late[k].after + 1;
        if (k == place.size()) return seen;
    }
}

std::vector<std::function<void(CallRig&)>> two_turns() {
    return {
        [](CallRig& r) {
            r.answer("r0", "g", "hello", 100, "greeting");
            r.run(200ms);
        },
        [](CallRig& r) {
            r.feed(SpeechStarted{"u1", 100});
        },
        [](CallRig& r) {
            r.feed(SpeechStopped{"u1", 900});
        },
        [](CallRig& r) {
            r.feed(InputCommitted{"u1", "g"});
        },  // 3
        [](CallRig& r) {
            r.feed(ResponseStarted{"r1", ""});
        },
        [](CallRig& r) {
            r.feed(OutputStarted{"r1", "f1", false});
        },  // 5
        [](CallRig& r) {
            r.feed(OutputStarted{"r1", "a1", true});
        },  // 6
        [](CallRig& r) {
            r.feed(ModelText{"r1", "a1", "it is "});
        },
        [](CallRig& r) {
            r.feed(ModelText{"r1", "a1", "nine"});
        },
        [](CallRig& r) {
            r.feed(ModelTextDone{"r1", "a1", "it is nine"});
        },
        [](CallRig& r) {
            r.audio("r1", "a1", 200);
            r.audio_done("r1", "a1");
            r.response_done("r1");
            r.run(300ms);
        },
        [](CallRig& r) {
            r.feed(SpeechStarted{"u2", 2000});
        },
        [](CallRig& r) {
            r.feed(SpeechStopped{"u2", 2900});
        },
        [](CallRig& r) {
            r.feed(InputCommitted{"u2", "a1"});
        },  // 13
    };
}

/// Something that happens once all of `after` have.
struct Step {
    std::vector<std::size_t> after;
    std::function<void(CallRig&)> event;
};

/// Two turns with their answers and a noise, in all the freedom that the service has: `created`
/// comes before what belongs to the response and `done` last, deltas of one item in their order,
/// and what an item is, or what the caller said in it, at any time from the commit on.
std::vector<Step> free_turns() {
    std::vector<Step> steps;
    auto add = [&](std::vector<std::size_t> after, std::function<void(CallRig&)> event) {
        steps.push_back({std::move(after), std::move(event)});
        return steps.size() - 1;
    };
    std::size_t before = add({}, [](CallRig& r) {
        r.answer("r0", "g", "hello", 100, "greeting");
        r.run(300ms);
    });
    auto turn = [&](std::string u, std::string previous, std::function<void(CallRig&)> text) {
        auto speech = add({before}, [u](CallRig& r) {
            r.feed(SpeechStarted{u, r.ms()});
            r.run(300ms);
        });
        auto stop = add({speech}, [u](CallRig& r) { r.feed(SpeechStopped{u, r.ms()}); });
        auto commit = add({stop}, [u, previous](CallRig& r) {
            r.feed(InputCommitted{u, previous});
        });
        add({commit}, [u, previous](CallRig& r) { r.feed(ItemAdded{u, previous, "user"}); });
        add({commit}, std::move(text));
        return commit;
    };
    auto answer = [&](std::string u, std::string a, std::size_t commit) {
        const std::string response = "r-" + a;
        auto begin = add({commit}, [response](CallRig& r) {
            r.feed(ResponseStarted{response, ""});
        });
        auto item = add({begin}, [=](CallRig& r) { r.feed(OutputStarted{response, a, true}); });
        add({begin}, [=](CallRig& r) { r.feed(ItemAdded{a, u, "assistant"}); });
        auto one = add({begin}, [=](CallRig& r) { r.feed(ModelText{response, a, "it is "}); });
        auto two = add({one}, [=](CallRig& r) { r.feed(ModelText{response, a, a}); });
        auto said = add({two}, [=](CallRig& r) {
            r.feed(ModelTextDone{response, a, "it is " + a});
        });
        auto sound = add({begin}, [=](CallRig& r) { r.audio(response, a, 100); });
        auto more = add({sound}, [=](CallRig& r) { r.audio(response, a, 100); });
        auto end = add({more}, [=](CallRig& r) { r.audio_done(response, a); });
        return add({item, said, end}, [=](CallRig& r) {
            r.response_done(response);
            r.run(500ms);
        });
    };
    auto first = turn("u1", "g", [](CallRig& r) { r.hears("u1", "what is it"); });
    before = answer("u1", "a1", first);
    auto second = turn("u2", "a1", [](CallRig& r) {
        r.feed(CallerTextFailed{"u2", "audio_unintelligible"});
    });
    before = answer("u2", "a2", second);
    turn("u3", "a2", [](CallRig& r) { r.hears("u3", "…"); });
    return steps;
}

}  // namespace

TEST_CASE("whatever order the service's freedom gives, the transcript is one") {
    constexpr std::uint64_t seed = 9;
    std::mt19937_64 lot(seed);
    const std::vector<Step> steps = free_turns();
    std::set<std::vector<std::size_t>> orders;
    for (int i = 0; i < 1000; ++i) {
        CallRig rig;
        rig.line_sends = false;
        rig.connect();
        std::vector<std::size_t> order;
        std::vector<bool> done(steps.size());
        while (order.size() < steps.size()) {
            std::vector<std::size_t> ready;
            for (std::size_t k = 0; k < steps.size(); ++k)
                if (!done[k] && std::all_of(steps[k].after.begin(), steps[k].after.end(),
                                            [&](std::size_t b) { return done[b]; }))
                    ready.push_back(k);
            const std::size_t next = ready[lot() % ready.size()];
            done[next] = true;
            order.push_back(next);
            steps[next].event(rig);
        }
        rig.hang_up();
        rig.run(5s);
        INFO("seed " << seed << ", order " << i);
        REQUIRE(rig.lines() == Lines{"assistant: hello", "user: what is it", "assistant: it is a1",
                                     "user: [inaudible]", "assistant: it is a2"});
        std::int64_t before = 0;
        for (const TranscriptLine& l : rig.record().transcript) {
            CHECK(l.start_ms >= before);
            CHECK(l.end_ms >= l.start_ms);
            before = l.start_ms;
        }
        orders.insert(std::move(order));
    }
    CHECK(orders.size() > 900);
}

TEST_CASE("texts that come late or out of order give the same transcript") {
    int orders = 0;
    auto seen = all_orders(two_turns(),
                           {{3, [](CallRig& r) { r.hears("u1", "what time is it"); }},
                            {13, [](CallRig& r) { r.hears("u2", "thank you"); }},
                            {3,
                             [](CallRig& r) {
                                 r.feed(ItemAdded{"u1", "g", "user"});
                             }}},
                           orders);
    REQUIRE(seen.size() == 1);
    CHECK(*seen.begin() == Lines{"assistant: hello", "user: what time is it",
                                 "assistant: it is nine", "user: thank you"});
    CHECK(orders > 100);
}

TEST_CASE("items are in the order of the conversation however late that is told") {
    int orders = 0;
    auto seen = all_orders(two_turns(),
                           {{3, [](CallRig& r) { r.hears("u1", "what time is it"); }},
                            {13, [](CallRig& r) { r.hears("u2", "thank you"); }},
                            {3,
                             [](CallRig& r) {
                                 r.feed(ItemAdded{"f1", "u1", ""});
                             }},
                            {3,
                             [](CallRig& r) {
                                 r.feed(ItemAdded{"a1", "f1", "assistant"});
                             }}},
                           orders);
    REQUIRE(seen.size() == 1);
    CHECK(seen.begin()->size() == 4);
    CHECK(orders > 1000);
}

TEST_CASE("an answer that is heard of before the turn it answers stands behind it") {
    Transcript t;
    t.order("a1", "u1");
    t.agent_started("a1", 1000);
    t.agent_text("a1", "fine");
    t.caller_committed("u1", "");
    t.caller_text("u1", "how are you");
    auto lines = t.ordered();
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].text == "how are you");
}

TEST_CASE("predecessors in a circle lose no line") {
    Transcript t;
    t.caller_committed("u1", "u2");
    t.caller_committed("u2", "u1");
    t.caller_committed("u3", "u3");
    for (const char* u : {"u1", "u2", "u3"}) t.caller_text(u, u);
    CHECK(t.ordered().size() == 3);
}

TEST_CASE("a transcription that failed leaves a marked gap") {
    CallRig rig;
    rig.connect_and_greet();
    rig.speech_starts("u1");
    rig.run(500ms);
    rig.speech_stops("u1");
    rig.commits("u1");
    rig.feed(CallerTextFailed{"u1", "audio_unintelligible"});
    CHECK(rig.lines() == Lines{"assistant: hello", "user: [inaudible]"});
    CHECK(rig.happened("transcription"));
}

TEST_CASE("a turn whose text never comes is a gap in the record, two seconds after the end") {
    CallRig rig;
    rig.connect_and_greet();
    rig.speech_starts("u1");
    rig.run(500ms);
    rig.speech_stops("u1");
    rig.commits("u1");
    rig.hang_up();
    rig.run(1900ms);
    CHECK_FALSE(rig.session().ended());
    rig.run(200ms);
    CHECK(rig.session().ended());
    CHECK(rig.lines() == Lines{"assistant: hello", "user: [inaudible]"});
}

TEST_CASE("noise that was taken for speech is no line") {
    for (const char* noise : {".", "…", " 。", "?!", "", "♪", "♪～", "！？", "«»", "👏", "- -"}) {
        INFO(noise);
        CHECK(punctuation_only(noise));
    }
    for (const char* words : {"a", "네", "응.", "7", "é", "はい", "ª", "ー"}) {
        INFO(words);
        CHECK_FALSE(punctuation_only(words));
    }
    Transcript t;
    t.caller_committed("u1", "");
    t.caller_text("u1", "…");
    CHECK_FALSE(t.waiting_for_text());
    CHECK(t.ordered().empty());
}

TEST_CASE("the words heard are whole ones, by proportion") {
    CHECK(heard_part("one two three four", 500, 1000) == "one two");
    CHECK(heard_part("one two three four", 1, 1000) == "");
    CHECK(heard_part("one two three four", 1000, 1000) == "one two three four");
    CHECK(heard_part("one two", 0, 0) == "");
    CHECK(heard_part("일어났어? 오늘 일곱 시야", 500, 1000) == "일어났어?");
    CHECK(heard_part("おはようございます", 500, 1000) == "おはよう");  // no blanks: characters
}

TEST_CASE("an answer that was interrupted has what was heard of it") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u1", "tell me");
    rig.response_starts("r");
    rig.model_says("r", "a", "one two three four", 1000);
    rig.run(500ms);
    rig.speech_starts("u2");
    CHECK(rig.lines().back() == "assistant: one two three four | one two");
    const TranscriptLine line = rig.session().transcript().ordered().back();
    CHECK(line.heard_ms == 500);
    CHECK(line.total_ms == 1000);
    CHECK(line.end_ms == rig.ms());
}

TEST_CASE("text and audio that come after the interruption belong to what was not heard") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u1", "tell me");
    rig.response_starts("r");
    rig.item_starts("r", "a");
    rig.feed(ModelText{"r", "a", "one two "});
    rig.audio("r", "a", 500);
    rig.run(250ms);
    rig.speech_starts("u2");
    CHECK(rig.lines().back() == "assistant: one two  | one");
    rig.feed(ModelText{"r", "a", "three four"});
    rig.audio("r", "a", 500);
    rig.text_done("r", "a", "one two three four");
    CHECK(rig.lines().back() == "assistant: one two three four | one");
    CHECK(rig.session().transcript().ordered().back().total_ms == 1000);
}

TEST_CASE("an item of which nothing was audible yet is deleted and was not heard") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u1", "tell me");
    rig.response_starts("r");
    rig.model_says("r", "a", "first", 400);
    rig.item_starts("r", "b");
    rig.feed(ModelText{"r", "b", "second"});
    rig.take();
    rig.run(100ms);
    rig.speech_starts("u2");
    CHECK(rig.take() == Lines{"clear", "truncate a/0 100", "delete b"});
    rig.item_starts("r", "c");  // it was on its way
    rig.text_done("r", "c", "third");
    CHECK(rig.lines() == Lines{"assistant: hello", "user: tell me", "assistant: first | ",
                               "assistant: second | ", "assistant: third | "});
}

TEST_CASE("both times of a line count from the start of the carrier's stream") {
    CallRig rig;
    rig.run(7s);  // the phone rings
    rig.connect_and_greet(1000);
    rig.run(300ms);
    auto began = rig.ms();
    rig.speech_starts("u1");
    rig.run(800ms);
    auto fell_silent = rig.ms();
    rig.speech_stops("u1");
    rig.commits("u1");
    rig.hears("u1", "hello");
    auto lines = rig.session().transcript().ordered();
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].start_ms == 0);
    CHECK(lines[0].end_ms == 1000);
    CHECK(std::abs(lines[1].start_ms - (began - 7000)) <= 20);
    CHECK(std::abs(lines[1].end_ms - (fell_silent - 7000)) <= 20);
}

TEST_CASE("a line that is kept is in the transcript at once, in the record at the end") {
    CallRig rig;
    rig.connect_and_greet();
    rig.turn("u1", "how are you");
    auto keeps = rig.all<Keep>();
    REQUIRE(keeps.back().what == Keep::What::line);
    REQUIRE(keeps.back().index < rig.session().transcript().size());
    CHECK(rig.session().transcript().line(keeps.back().index).text == "how are you");
    CHECK(rig.record().transcript.empty());
}

TEST_CASE("words that come back from the dead session's turn do not stand twice") {
    Transcript t;
    t.caller_started("u1", 0);
    t.caller_committed("u1", "");
    t.forget_waiting();
    CHECK_FALSE(t.waiting_for_text());
    t.caller_committed("v1", "");
    t.caller_text("v1", "hello");
    CHECK(t.ordered().size() == 1);
}
