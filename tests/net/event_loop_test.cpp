#include "net/event_loop.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <memory>
#include <thread>
#include <vector>

#include "base/file.hpp"
#include "net/loop_impl.hpp"
#include "support/catch.hpp"
#include "support/loop.hpp"

using namespace pa;
using namespace pa::net;
using namespace std::chrono_literals;

TEST_CASE("what threads post runs on the loop's thread, in order, before a later stop") {
    auto loop = test::make_loop();
    std::vector<int> seen;
    std::thread::id ran_on;
    std::thread poster([&] {
        for (int i = 0; i < 1000; ++i)
            loop->post([&, i] {
                seen.push_back(i);
                ran_on = std::this_thread::get_id();
            });
        loop->stop();
    });
    loop->run();
    poster.join();
    REQUIRE(seen.size() == 1000);
    CHECK(std::is_sorted(seen.begin(), seen.end()));
    CHECK(ran_on == std::this_thread::get_id());
}

TEST_CASE("a loop stopped before it runs runs what was posted and returns") {
    auto loop = test::make_loop();
    bool ran = false;
    loop->post([&] { ran = true; });
    loop->stop();
    loop->run();
    CHECK(ran);
}

TEST_CASE("a timer is never early, and the last arming counts") {
    auto loop = test::make_loop();
    TimePoint due, fired;
    Timer timer(*loop, [&] {
        fired = Clock::now();
        loop->stop();
    });
    SECTION("moved back") {
        timer.arm(2ms);
        due = Clock::now() + 20ms;
    }
    SECTION("moved forward") {
        timer.arm(10s);
        due = Clock::now() + 5ms;
    }
    timer.arm(due);
    test::run(*loop);
    CHECK(fired >= due);
}

TEST_CASE("a timer is not late by what was done before it was armed") {
    auto loop = test::make_loop();
    TimePoint due, fired;
    Timer next(*loop, [&] {
        fired = Clock::now();
        loop->stop();
    });
    Timer busy(*loop, [&] {
        for (const TimePoint end = Clock::now() + 400ms; Clock::now() < end;) {
        }
        due = Clock::now() + 1ms;
        next.arm(due);
    });
    busy.arm(50ms);  // the loop has come to rest
    test::run(*loop);
    CHECK(fired >= due);
    CHECK(fired < due + 300ms);  // of a machine with much else to do
}

TEST_CASE("a timer that is disarmed or destroyed is silent") {
    auto loop = test::make_loop();
    int fired = 0;
    Timer disarmed(*loop, [&] { ++fired; });
    disarmed.arm(1ms);
    disarmed.arm(std::optional<TimePoint>());
    auto destroyed = std::make_unique<Timer>(*loop, [&] { ++fired; });
    destroyed->arm(1ms);
    Timer end(*loop, [&] { loop->stop(); });
    end.arm(20ms);
    destroyed.reset();
    test::run(*loop);
    CHECK(fired == 0);
}

TEST_CASE("a timer may destroy itself and arm itself again from its own callback") {
    auto loop = test::make_loop();
    int fired = 0;
    std::unique_ptr<Timer> timer;
    timer = std::make_unique<Timer>(*loop, [&] {
        if (++fired < 3) return timer->arm(1ms);
        timer.reset();
        loop->stop();
    });
    timer->arm(1ms);
    test::run(*loop);
    CHECK(fired == 3);
}

TEST_CASE("a read watch tells of data and of the end, and may be destroyed inside") {
    auto loop = test::make_loop();
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    Fd in(ends[0]), out(ends[1]);
    std::string got;
    std::unique_ptr<ReadWatch> watch;
    watch = std::make_unique<ReadWatch>(*loop, in.get(), [&] {
        char buffer[64];
        ssize_t n = ::read(in.get(), buffer, sizeof buffer);
        if (n > 0) {
            got.append(buffer, static_cast<std::size_t>(n));
            out.reset();
        } else {
            watch.reset();
            loop->stop();
        }
    });
    REQUIRE(::write(out.get(), "hello", 5) == 5);
    test::run(*loop);
    CHECK(got == "hello");
    CHECK(watch == nullptr);
}

TEST_CASE("a read watch on what epoll refuses finds it readable") {
    auto loop = test::make_loop();
    Fd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    bool told = false;
    ReadWatch watch(*loop, null.get(), [&] {
        told = true;
        loop->stop();
    });
    test::run(*loop);
    CHECK(told);
}

TEST_CASE("a loop names a file of authorities it cannot read") {
    auto loop = EventLoop::create({.ca_file = "/nowhere/ca.pem"});
    REQUIRE_FALSE(loop);
    CHECK(loop.error().code == Errc::config);
    CHECK_THAT(loop.error().what, contains("/nowhere/ca.pem"));
    loop = EventLoop::create({.ca_file = "/dev/null"});
    REQUIRE_FALSE(loop);
    CHECK(loop.error().code == Errc::config);
    CHECK_THAT(loop.error().what, contains("/dev/null"));
}

TEST_CASE("a turn of the loop that takes long is counted") {
    auto loop = test::make_loop();
    Timer timer(*loop, [] {});
    loop->post([&] {
        auto end = Clock::now() + 20ms;
        while (Clock::now() < end) {
        }
        timer.arm(1h);  // does not make it forget
        loop->stop();
    });
    loop->run();
    loop->post([&] { loop->stop(); });
    loop->run();
    CHECK(loop->turns().count >= 2);
    CHECK(loop->turns().long_ones == 1);
    CHECK(loop->turns().longest >= 15ms);
    CHECK(loop->turns().smoothed_ms > 0);
}

TEST_CASE("many timers come in the order of their times, whatever became of the others") {
    auto loop = test::make_loop();
    std::vector<int> fired;
    std::vector<std::unique_ptr<Timer>> timers;
    const TimePoint begin = Clock::now() + 5ms;
    static constexpr int count = 200;
    // They are made in another order than that of their times: 0, 7, 14 … modulo 200.
    auto of = [](int place) { return static_cast<std::size_t>(place * 143 % count); };
    for (int i = 0; i < count; ++i) {
        const int place = i * 7 % count;
        timers.push_back(std::make_unique<Timer>(*loop, [&, place] {
            fired.push_back(place);
            if (place == 150) timers[of(151)]->disarm();
            if (place == count - 1) loop->stop();
        }));
        timers.back()->arm(begin + std::chrono::microseconds(100 * place));
    }
    for (int place : {3, 100, 50}) timers[of(place)].reset();
    timers[of(160)]->arm(begin + 20us);  // before 1
    test::run(*loop);
    std::vector<int> expected;
    for (int place = 0; place < count; ++place) {
        if (place == 1) expected.push_back(160);
        const bool gone = place == 3 || place == 100 || place == 50 || place == 151;
        if (!gone && place != 160) expected.push_back(place);
    }
    CHECK(fired == expected);
}

TEST_CASE("timers of one time come as they were armed") {
    auto loop = test::make_loop();
    std::string fired;
    const TimePoint at = Clock::now() + 2ms;
    Timer a(*loop, [&] { fired += 'a'; });
    Timer b(*loop, [&] { fired += 'b'; });
    Timer c(*loop, [&] {
        fired += 'c';
        loop->stop();
    });
    b.arm(at);
    a.arm(at);
    c.arm(at);
    test::run(*loop);
    CHECK(fired == "bac");
}

TEST_CASE("a timer that arms itself for now does not keep the loop") {
    auto loop = test::make_loop();
    int fired = 0, others = 0;
    Timer again(*loop, [&] {
        ++fired;
        again.arm(Clock::now() - 1s);  // before all that were due
    });
    Timer other(*loop, [&] { ++others; });
    other.arm(Clock::now());
    again.arm(Clock::now() - 1s);
    test::run_until(*loop, [&] { return others > 0; });
    CHECK(fired > 0);
}

TEST_CASE("what comes back to be done has the next turn, and then the loop waits") {
    // Twice, and not in one turn.
    struct Twice final : Deferred {
        explicit Twice(EventLoop& on) : Deferred(on.impl()), loop(on) { defer(); }
        void deferred() override {
            turns.push_back(loop.turns().count);
            if (turns.size() < 2) defer();
            done = Clock::now();
        }
        EventLoop& loop;
        std::vector<std::uint64_t> turns;
        TimePoint done;
    };
    auto loop = test::make_loop();
    test::run_until(*loop, [&] { return loop->impl().tls_ready; });  // nothing else turns it then
    const auto before = loop->turns().count;
    Twice twice(*loop);
    TimePoint fired;
    Timer end(*loop, [&] {
        fired = Clock::now();
        loop->stop();
    });
    end.arm(200ms);
    loop->run();
    REQUIRE(twice.turns.size() == 2);
    CHECK(twice.turns[1] == twice.turns[0] + 1);
    CHECK(twice.done < fired);                 // nothing was waited for
    CHECK(loop->turns().count - before < 20);  // and nothing turned meanwhile
}
