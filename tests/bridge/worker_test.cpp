#include "bridge/worker.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <future>
#include <thread>

#include "agent/phrases.hpp"
#include "support/net_rig.hpp"
#include "support/scratch.hpp"

using namespace pa;
using namespace pa::bridge;
using namespace std::chrono_literals;

namespace {

/// No other worker, and no other bridge.
struct Alone final : WorkerHost {
    [[nodiscard]] bool leads(Question::Way) const override { return false; }
    void move_stream(std::size_t, std::size_t, Fd, std::string, Question::Way) override {}
    void give_stream(std::size_t, Fd, std::string, Question::Way) override {}
    void tell_state(std::size_t, const std::string&, const CallState&) override {}
};

/// A worker with a loop and an agent of its own, the model it calls, and a carrier's socket to it.
/// Nothing runs but inside until(): the test asks in between, on the loop's thread.
class Office {
public:
    Office() {
        folder_.put("persona.md", "너는 하나야.");
        worker_.set_public_base("https://calls.example");
        model_.on_text = test::accept_session;
    }
    ~Office() {
        caller_client_.reset();
        commons_.finish();
    }

    void until(const std::function<bool()>& done) { test::run_until(*loop_, done); }

    /// What the carrier is told about a call; "" while that is being thought about.
    struct Answer {
        int status = 0;
        std::string twiml;
        [[nodiscard]] bool busy() const {
            return status == 200 && twiml.find(agent::phrases("ko").busy) != std::string::npos &&
                   twiml.find("<Stream") == std::string::npos;
        }
        [[nodiscard]] bool taken() const {
            return status == 200 && twiml.find("<Stream") != std::string::npos;
        }
    };
    std::shared_ptr<Answer> ask(const std::string& call_sid,
                                const std::string& direction = "inbound") {
        return tell("/incoming", call_sid, {{"Direction", direction}, {"CallStatus", "ringing"}});
    }
    std::shared_ptr<Answer> tell(std::string_view path, const std::string& call_sid, Form more) {
        auto answer = std::make_shared<Answer>();
        more.insert(more.end(), {{"CallSid", call_sid}, {"From", caller}, {"To", "+821000005678"}});
        worker_.answer_carrier(path, more,
                               net::Responder::to([answer](int code, auto, std::string_view body) {
                                   *answer = {code, std::string(body)};
                               }));
        return answer;
    }
    static constexpr const char* caller = "+821000001234";

    /// The carrier opens the stream that it was told of.
    void stream(const std::string& call_sid, const Answer& told) {
        caller_client_ = connect(call_sid, told, caller_, caller_listener_);
        until([&] { return worker_.figures().now.talking == 1 && configured(); });
    }
    /// The same, but nobody waits for anything.
    std::unique_ptr<net::WsClient> connect(const std::string& call_sid, const Answer& told,
                                           test::Heard& carrier, test::Listener& listener) {
        const std::string before = "name=\"token\" value=\"";
        const std::size_t at = told.twiml.find(before) + before.size();
        const std::string token = told.twiml.substr(at, told.twiml.find('"', at) - at);
        carrier.on_open = [=](test::Heard& heard) {
            heard.peer->send_text(fmt::format(
                R"({{"event":"start","start":{{"streamSid":"MZ1","callSid":"{}","accountSid":"AC1",)"
                R"("customParameters":{{"token":"{}"}}}},"streamSid":"MZ1"}})",
                call_sid, token));
        };
        return std::make_unique<net::WsClient>(
            *loop_, net::WsConnect{fmt::format("ws://127.0.0.1:{}/media-stream", carrier_->port())},
            listener);
    }
    void speak(test::Heard& carrier, std::string_view payload) {
        carrier.peer->send_text(fmt::format(
            R"({{"event":"media","media":{{"track":"inbound","payload":"{}"}},"streamSid":"MZ1"}})",
            payload));
    }
    void caller_speaks(std::string_view payload) { speak(caller_, payload); }

    /// Its start was read, and its call is not there.
    [[nodiscard]] bool waits(const test::Heard& carrier) const {
        return carrier.peer != nullptr && worker_.waiting_sockets() == 0;
    }

    /// pa-dial follows a call that it has placed.
    void expect(const std::string& call_sid) {
        Dial dial;
        dial.to = "+821000005678";
        commons_.dials.restore({"d1", dial, net::Clock::now(), call_sid});
        worker_.expect(call_sid, true);
    }
    [[nodiscard]] int places() const { return commons_.places.taken(); }
    [[nodiscard]] bool logged() const {
        const auto all = std::filesystem::directory_iterator(folder_ / "call_logs");
        return std::any_of(begin(all), end(all),
                           [](const auto& file) { return file.path().extension() == ".json"; });
    }
    [[nodiscard]] std::string state_of(const std::string& call_sid) {
        std::string state;
        worker_.answer_call(
            call_sid, net::Responder::to([&](int, auto, std::string_view body) { state = body; }));
        return state;
    }
    [[nodiscard]] bool heard_in_order(const std::vector<std::string>& payloads) const {
        auto next = payloads.begin();
        for (const std::string& text : model_.texts)
            if (next != payloads.end() && text.find(*next) != std::string::npos) ++next;
        return next == payloads.end();
    }

    /// No file is read from now on, for as long as what is returned is there.
    class Unread {
    public:
        explicit Unread(TaskPool& office) {
            office.run([until = released_.get_future().share()] { until.wait(); });
        }
        ~Unread() { released_.set_value(); }

    private:
        std::promise<void> released_;
    };
    [[nodiscard]] std::unique_ptr<Unread> unread() {
        return std::make_unique<Unread>(commons_.office);
    }
    /// The persona is nothing that can be read.
    void spoil_files() { folder_.put("persona.md", "\xff"); }
    [[nodiscard]] bool model_heard(std::string_view payload) const {
        return std::any_of(model_.texts.begin(), model_.texts.end(), [&](const std::string& text) {
            return text.find(payload) != std::string::npos;
        });
    }
    [[nodiscard]] bool streams() const { return caller_.peer != nullptr; }

    [[nodiscard]] double turn_ms() const { return loop_->turns().smoothed_ms; }
    /// Its turns take long, really. The margin: the loop turns a few times more before the test is
    /// asked again, and each such turn counts for one 32nd.
    void make_late() {
        until([&] {
            if (turn_ms() > 25) return true;
            std::this_thread::sleep_for(100ms);
            return false;
        });
    }
    void make_well() {
        until([&] { return turn_ms() < 15; });
    }

    Worker& worker() { return worker_; }

private:
    BridgeOptions options() {
        BridgeOptions o;
        o.settings.directory = o.settings.workspace_dir = folder_.path();
        o.settings.call_log_dir = folder_.path() + "/call_logs";
        o.settings.allow_all_callers = true;
        o.settings.twilio_base_url = "http://127.0.0.1:1";
        o.settings.openai_realtime_url =
            fmt::format("ws://127.0.0.1:{}/v1/realtime", service_->port());
        return o;
    }
    [[nodiscard]] bool configured() const { return model_heard("session.update"); }

    test::Scratch folder_;
    test::Heard model_, caller_;
    test::Listener caller_listener_{caller_};
    std::unique_ptr<net::EventLoop> loop_ = test::make_loop();
    std::unique_ptr<net::Server> service_ = test::listen_ws(*loop_, model_);
    Alone host_;
    Commons commons_{options()};
    Worker worker_{0, 1, *loop_, commons_, host_};
    std::unique_ptr<net::Server> carrier_ =
        test::listen(*loop_, {}, test::no_requests, [this](const net::ServerRequest&) {
            return net::Upgrade{std::make_unique<MediaSocket>(worker_)};
        });
    std::unique_ptr<net::WsClient> caller_client_;
};

/// CA1 has been asked for and answered, and is not prepared: no file is read.
struct Unprepared {
    explicit Unprepared(const std::string& direction = "inbound") {
        unread = office.unread();
        told = office.ask("CA1", direction);
    }
    void stream_comes() {
        stream = office.connect("CA1", *told, carrier, listener);
        office.until([&] { return office.waits(carrier); });
    }
    void hung_up() {
        CHECK(office.tell("/status", "CA1", {{"CallStatus", "completed"}})->status == 204);
    }

    Office office;
    test::Heard carrier;
    test::Listener listener{carrier};
    std::unique_ptr<Office::Unread> unread;
    std::shared_ptr<Office::Answer> told;
    std::unique_ptr<net::WsClient> stream;
};

}  // namespace

TEST_CASE(
    "a worker whose loop is late takes no new call while one runs, and does when it is well") {
    Office office;
    const auto first = *office.ask("CA1");
    REQUIRE(first.taken());
    office.stream("CA1", first);

    office.make_late();
    CHECK(office.ask("CA2")->busy());
    CHECK(office.ask("CA2", "outbound")->busy());  // answered, but not prewarmed
    CHECK(office.worker().calls() == 1);
    // The one that runs is asked for, and heard, as before.
    CHECK(office.ask("CA1")->twiml == first.twiml);
    office.caller_speaks("bGF0ZQ==");
    office.until([&] { return office.model_heard("bGF0ZQ=="); });
    CHECK(office.streams());

    // Behind a proxy another bridge is asked.
    office.make_late();
    office.worker().set_public_base("https://calls.example/10.0.0.1");
    CHECK(office.ask("CA3")->status == 503);
    office.worker().set_public_base("https://calls.example");

    office.make_well();
    CHECK(office.ask("CA2")->taken());
    office.until([&] { return office.worker().calls() == 2; });
    CHECK(office.streams());
}

TEST_CASE("a worker whose loop was late with no call running takes one") {
    Office office;
    office.make_late();
    CHECK(office.ask("CA1")->taken());
    office.until([&] { return office.worker().calls() == 1; });
}

TEST_CASE("the carrier is answered before the call is prepared, and its stream loses nothing") {
    Unprepared call;
    Office& office = call.office;
    test::Heard thief;
    test::Listener other{thief};
    const auto told = call.told;
    REQUIRE(told->taken());  // at once
    CHECK(office.ask("CA1")->twiml == told->twiml);
    CHECK(office.places() == 1);
    call.stream_comes();
    for (const char* words : {"bGF0ZQ==", "bGF0ZXI=", "bGF0ZXN0"})
        office.speak(call.carrier, words);

    // Its token is good for one stream, also while that waits.
    auto stolen = office.connect("CA1", *told, thief, other);
    office.until([&] { return !thief.closed.empty(); });
    CHECK(thief.closed == "1008 no such call");
    CHECK(call.carrier.closed.empty());
    CHECK(office.worker().calls() == 0);
    CHECK(office.worker().waiting_sockets() == 0);  // it has shown its start
    CHECK(office.worker().busy());

    call.unread.reset();
    office.until([&] { return office.model_heard("bGF0ZXN0"); });
    CHECK(office.heard_in_order({"bGF0ZQ==", "bGF0ZXI=", "bGF0ZXN0"}));
    CHECK(office.worker().calls() == 1);
    CHECK(office.places() == 1);
    CHECK(office.ask("CA1")->twiml == told->twiml);
    office.speak(call.carrier, "bGl2ZQ==");
    office.until([&] { return office.model_heard("bGl2ZQ=="); });
}

TEST_CASE("a stream that waits for its call may go, and another come with the same token") {
    Unprepared call;
    Office& office = call.office;
    call.stream_comes();
    office.speak(call.carrier, "bGF0ZQ==");
    call.stream.reset();
    test::Heard another;
    test::Listener second{another};
    auto again = office.connect("CA1", *call.told, another, second);
    office.until([&] { return office.waits(another); });
    office.speak(another, "YWdhaW4=");
    call.unread.reset();
    office.until([&] { return office.model_heard("YWdhaW4="); });
    CHECK_FALSE(office.model_heard("bGF0ZQ=="));
    CHECK(office.worker().calls() == 1);
}

TEST_CASE("what a stream brings while its call is being prepared is kept up to a bound") {
    Unprepared call;
    Office& office = call.office;
    call.stream_comes();
    office.speak(call.carrier, "Zmlyc3Q=");
    for (int i = 0; i < 20'000; ++i) call.carrier.peer->send_text("");
    office.speak(call.carrier, "dG9vIGxhdGU=");
    office.until([&] { return call.carrier.peer->queued_bytes() == 0; });
    int turns = 0;
    office.until([&] { return ++turns == 200; });  // eight read what the socket has
    call.unread.reset();
    office.until([&] { return office.model_heard("Zmlyc3Q="); });
    office.speak(call.carrier, "bGl2ZQ==");
    office.until([&] { return office.model_heard("bGl2ZQ=="); });
    CHECK_FALSE(office.model_heard("dG9vIGxhdGU="));
}

TEST_CASE("who hangs up while the call is being prepared leaves nothing that runs") {
    Unprepared call;
    Office& office = call.office;
    call.stream_comes();
    call.hung_up();
    call.unread.reset();
    office.until([&] { return !call.carrier.closed.empty() && !office.worker().busy(); });
    CHECK(office.places() == 0);
    CHECK(office.logged());
    CHECK(office.worker().figures().now.talking == 0);
}

TEST_CASE("an answered call has its log, also if its caller went while it was being prepared") {
    Unprepared call("outbound");
    Office& office = call.office;
    call.stream_comes();
    call.carrier.peer->send_text(R"({"event":"stop","stop":{},"streamSid":"MZ1"})");
    call.carrier.peer->close(1000, "bye");
    office.until([&] { return !call.carrier.closed.empty(); });
    call.hung_up();
    call.unread.reset();
    office.until([&] { return office.worker().figures().counted.calls_finished == 1; });
    office.until([&] { return !office.worker().busy(); });
    CHECK(office.logged());
    CHECK(office.places() == 0);
    CHECK_THAT(office.state_of("CA1"), contains(R"("held":true)"));
}

TEST_CASE("a call that cannot be prepared hears so, when its stream has come") {
    Unprepared call;
    Office& office = call.office;
    office.spoil_files();
    REQUIRE(call.told->taken());
    call.stream = office.connect("CA1", *call.told, call.carrier, call.listener);
    const bool early = GENERATE(true, false);
    if (early) office.until([&] { return office.waits(call.carrier); });
    call.unread.reset();
    office.until([&] { return !call.carrier.closed.empty(); });
    CHECK(call.carrier.closed == "1000 call ended");
    CHECK_FALSE(office.worker().busy());
    CHECK(office.places() == 0);
    const std::string unreachable(agent::phrases("ko").unreachable);
    for (const char* path : {"/after", "/incoming"}) {
        const auto answer = office.tell(path, "CA1", {{"Direction", "inbound"}});
        CHECK_THAT(answer->twiml, contains(unreachable));
        CHECK_FALSE(answer->taken());
    }
    // For pa-dial it is no call that was held.
    CHECK_THAT(office.state_of("CA1"), contains(R"("held":false)"));
}

TEST_CASE(
    "a call that is asked for while it is prewarmed is prepared once, and knows its numbers") {
    Office office;
    test::Heard carrier;
    test::Listener listener{carrier};
    auto unread = office.unread();
    office.expect("CA1");
    const auto told = office.ask("CA1", "outbound");
    REQUIRE(told->taken());
    office.expect("CA1");
    CHECK(office.places() == 1);
    auto stream = office.connect("CA1", *told, carrier, listener);
    office.until([&] { return office.waits(carrier); });
    unread.reset();
    office.until([&] { return office.worker().figures().now.talking == 1; });
    CHECK(office.worker().figures().counted.calls_started == 1);
    CHECK(office.places() == 1);
    CHECK_THAT(office.worker().calls_json(), contains(Office::caller));
}

TEST_CASE("a machine that is detected while the call is being prepared is hung up on") {
    Office office;
    auto unread = office.unread();
    REQUIRE(office.ask("CA1", "outbound")->taken());
    CHECK(office.tell("/amd", "CA1", {{"AnsweredBy", "machine_end_beep"}})->status == 204);
    unread.reset();
    office.until([&] { return office.worker().figures().counted.calls_finished == 1; });
}
