// What is written into a trace is what comes out of it.
#include "trace/lines.hpp"

#include <deque>

#include "support/catch.hpp"
#include "support/data.hpp"
#include "trace/shapes.hpp"

using namespace pa;
using pa::test::json_text;

namespace {

/// Gives every member a value of its own that is not its default.
class Filler {
public:
    void fill(std::string_view& out) { out = texts_.emplace_back(text()); }
    void fill(std::string& out) { out = text(); }
    void fill(bool& out) { out = !out; }
    void fill(char& out) { out = '#'; }
    void fill(double& out) { out = 1.0 / 3 + ++count_; }
    void fill(call::milliseconds& out) { out = call::milliseconds(++count_); }
    template <std::integral I>
    void fill(I& out) {
        out = static_cast<I>(50'000 + ++count_);
    }
    template <class E>
    requires std::is_enum_v<E>
    void fill(E& out) { out = static_cast<E>(trace::names<E>.size() - 1); }
    template <class T, std::size_t N>
    void fill(std::array<T, N>& out) {
        for (T& one : out) fill(one);
    }
    template <class T>
    void fill(std::optional<T>& out) {
        fill(out.emplace());
    }
    template <class T>
    void fill(std::vector<T>& out) {
        for (int i = 0; i < 2; ++i) fill(out.emplace_back());
    }
    template <class T>
    requires std::is_aggregate_v<T>
    void fill(T& out) {
        trace::shape<T>.for_each(out, [&](std::string_view, auto& member) { fill(member); });
    }

private:
    std::string text() { return "\"값\"\n\x01\x7f" + std::to_string(++count_); }
    std::deque<std::string> texts_;
    int count_ = 0;
};

template <class T>
bool equal(const T& a, const T& b);
template <class T>
bool equal(const std::vector<T>& a, const std::vector<T>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const T& x, const T& y) { return equal(x, y); });
}
template <class T>
bool equal(const T& a, const T& b) {
    if constexpr (requires { a == b; }) {
        return a == b;
    } else {
        bool same = true;
        trace::shape<T>.for_each(a, [&, i = 0](std::string_view, const auto& member) mutable {
            int k = 0;
            trace::shape<T>.for_each(b, [&](std::string_view, const auto& other) {
                if constexpr (std::is_same_v<decltype(member), decltype(other)>)
                    if (k == i) same = same && equal(member, other);
                ++k;
            });
            ++i;
        });
        return same;
    }
}

template <class Variant, std::size_t I = 0, class F>
void each_alternative(F&& visit) {
    if constexpr (I < std::variant_size_v<Variant>) {
        visit(std::variant_alternative_t<I, Variant>{});
        each_alternative<Variant, I + 1>(visit);
    }
}

}  // namespace

TEST_CASE("every event comes back as it was, whatever stands in it") {
    int count = 0;
    each_alternative<call::Event>([&]<class T>(T event) {
        INFO(trace::shape<T>.name);
        Filler filler;
        filler.fill(event);
        json::Writer w;
        w.start().object();
        trace::write_event(w, event);
        w.end();
        auto line = json_text(w.view());
        auto back = trace::read_event(line.root());
        REQUIRE(back);
        REQUIRE(std::holds_alternative<T>(*back));
        CHECK(equal(std::get<T>(*back), event));
        ++count;
    });
    CHECK(count == std::variant_size_v<call::Event>);
}

TEST_CASE("every action comes back as it was") {
    int count = 0;
    each_alternative<call::Action>([&]<class T>(T action) {
        INFO(trace::shape<T>.name);
        Filler filler;
        filler.fill(action);
        json::Writer w;
        const call::Action actions[] = {action};
        w.start();
        trace::write_actions(w, actions, "");
        auto list = json_text(w.view());
        auto back = trace::read_action(list.root().at(0), "");
        REQUIRE(back);
        REQUIRE(std::holds_alternative<T>(*back));
        CHECK(equal(std::get<T>(*back), action));
        ++count;
    });
    CHECK(count == std::variant_size_v<call::Action>);
}

TEST_CASE("the head has all that a session is made with") {
    trace::Header header;
    Filler filler;
    filler.fill(header.config);
    header.call_sid = "CA01";
    header.started_at = "2026-02-28T23:49:32.120+09:00";
    header.clock = call::TimePoint(std::chrono::nanoseconds(1'234'567'890'123));
    json::Writer w;
    trace::write_header(w, header);
    auto line = json_text(w.view());
    auto back = trace::read_header(line.root());
    REQUIRE(back);
    CHECK(back->call_sid == "CA01");
    CHECK(back->started_at == header.started_at);
    CHECK(back->clock == header.clock);
    CHECK(equal(back->config, header.config));
    CHECK_FALSE(back->earlier);
}

TEST_CASE("so it has of a call that is taken up") {
    trace::Header header;
    Filler filler;
    filler.fill(header.earlier.emplace(trace::Header::Earlier{}).record);
    header.earlier->elapsed = call::milliseconds(7);
    json::Writer w;
    trace::write_header(w, header);
    auto line = json_text(w.view());
    auto back = trace::read_header(line.root());
    REQUIRE(back);
    REQUIRE(back->earlier);
    CHECK(back->earlier->elapsed == call::milliseconds(7));
    CHECK(back->earlier->record.transcript.size() == 2);
    CHECK(equal(back->earlier->record, header.earlier->record));
}

TEST_CASE("audio that is passed on stands in a line once") {
    json::Writer w;
    const call::Event event = call::CallerAudio{"AAAA", 20};
    const call::Action actions[] = {call::AppendAudio{"AAAA"}, call::AppendAudio{"BBBB"}};
    trace::write_step(w, std::chrono::nanoseconds(5), &event, actions);
    CHECK(
        w.view() ==
        R"({"ns":5,"event":"caller_audio","payload":"AAAA","timestamp_ms":20,"actions":[)"
        R"({"action":"append_audio","payload":"="},{"action":"append_audio","payload":"BBBB"}]})");
    auto line = json_text(w.view());
    auto back = trace::read_action(line.root()["actions"].at(0), "AAAA");
    REQUIRE(back);
    CHECK(std::get<call::AppendAudio>(*back).payload == "AAAA");
}

TEST_CASE(
    "what an older trace does not have is as it is by default, a stranger's word is refused") {
    auto header = json_text(R"({"schema":"phone-agent/trace/1","config":{"guard":7,"new":1}})");
    auto read = trace::read_header(header.root());
    REQUIRE(read);
    CHECK(read->config.guard == call::milliseconds(7));
    CHECK(read->config.silence == call::SessionConfig{}.silence);
    CHECK_FALSE(trace::read_header(json_text(R"({"schema":"phone-agent/call-log/1"})").root()));
    auto step = trace::read_step(json_text(R"({"ns":0,"event":"sneezed"})").root(), {});
    REQUIRE_FALSE(step);
    CHECK_THAT(step.error().what, contains("unknown event \"sneezed\""));
}
