#include "bridge/worker.hpp"

#include <fmt/format.h>

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
        model_.on_text = test::accept_session;
    }
    ~Office() {
        caller_client_.reset();
        commons_.finish();
    }

    void until(const std::function<bool()>& done) { test::run_until(*loop_, done); }

    /// What the carrier is told about a call that comes in; "" while that is being thought about.
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
        auto answer = std::make_shared<Answer>();
        const Form form{{"CallSid", call_sid},
                        {"Direction", direction},
                        {"CallStatus", "ringing"},
                        {"From", "+821000001234"},
                        {"To", "+821000005678"}};
        worker_.answer_carrier(
            "/incoming", form,
            net::Responder::to([answer](int status, auto, std::string_view body) {
                *answer = {status, std::string(body)};
            }));
        return answer;
    }
    Answer answer_for(const std::string& call_sid) {
        auto answer = ask(call_sid);
        until([&] { return answer->status != 0; });
        return *answer;
    }

    /// The carrier opens the stream that it was told of.
    void stream(const std::string& call_sid, const Answer& told) {
        const std::string before = "name=\"token\" value=\"";
        const std::size_t at = told.twiml.find(before) + before.size();
        const std::string token = told.twiml.substr(at, told.twiml.find('"', at) - at);
        caller_.on_open = [=](test::Heard& heard) {
            heard.peer->send_text(fmt::format(
                R"({{"event":"start","start":{{"streamSid":"MZ1","callSid":"{}","accountSid":"AC1",)"
                R"("customParameters":{{"token":"{}"}}}},"streamSid":"MZ1"}})",
                call_sid, token));
        };
        caller_client_.emplace(
            *loop_, net::WsConnect{fmt::format("ws://127.0.0.1:{}/media-stream", carrier_->port())},
            caller_listener_);
        until([&] { return worker_.figures().now.talking == 1 && configured(); });
    }
    void caller_speaks(std::string_view payload) {
        caller_.peer->send_text(fmt::format(
            R"({{"event":"media","media":{{"track":"inbound","payload":"{}"}},"streamSid":"MZ1"}})",
            payload));
    }
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
    std::optional<net::WsClient> caller_client_;
};

}  // namespace

TEST_CASE(
    "a worker whose loop is late takes no new call while one runs, and does when it is well") {
    Office office;
    office.worker().set_public_base("https://calls.example");
    const auto first = office.answer_for("CA1");
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
    CHECK(office.answer_for("CA2").taken());
    CHECK(office.worker().calls() == 2);
    CHECK(office.streams());
}

TEST_CASE("a worker whose loop was late with no call running takes one") {
    Office office;
    office.worker().set_public_base("https://calls.example");
    office.make_late();
    auto answer = office.ask("CA1");
    CHECK_FALSE(answer->busy());
    office.until([&] { return answer->status != 0; });
    CHECK(answer->taken());
    CHECK(office.worker().calls() == 1);
}
