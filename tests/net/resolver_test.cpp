#include "net/resolver.hpp"

#include <atomic>
#include <future>

#include "net/loop_impl.hpp"
#include "support/catch.hpp"
#include "support/loop.hpp"

using namespace pa;
using namespace pa::net;

TEST_CASE("a name is looked up once, and its good answer is kept") {
    auto loop = test::make_loop();
    Resolver resolver(*loop);
    std::atomic<int> asked = 0;
    resolver.set_lookup([&](const std::string&) -> Result<Resolver::Addresses> {
        ++asked;
        return Resolver::Addresses{"192.0.2.1"};
    });
    int answers = 0;
    auto count = [&](const Result<Resolver::Addresses>& result) {
        REQUIRE(result);
        CHECK(result->front() == "192.0.2.1");
        if (++answers == 2) resolver.resolve("name.test", [&](const auto&) { loop->stop(); });
    };
    resolver.resolve("name.test", count);
    resolver.resolve("name.test", count);
    test::run(*loop);
    CHECK(answers == 2);
    CHECK(asked == 1);
}

TEST_CASE("an answer that has aged is given at once, and the next one is new") {
    auto loop = test::make_loop();
    Resolver resolver(*loop);
    resolver.believe_for(std::chrono::milliseconds(-1));
    auto asked = std::make_shared<std::atomic<int>>(0);  // the last lookup may outlive the test
    resolver.set_lookup([asked](const std::string&) -> Result<Resolver::Addresses> {
        return Resolver::Addresses{"192.0.2." + std::to_string(++*asked)};
    });
    std::vector<std::string> told;
    std::function<void(const Result<Resolver::Addresses>&)> next = [&](const auto& result) {
        REQUIRE(result);
        // Asked for again and again, until the lookup behind the first aged answer is done.
        if (told.empty() || told.back() != result->front()) told.push_back(result->front());
        if (told.size() == 3) return loop->stop();
        resolver.resolve("name.test", next);
    };
    resolver.resolve("name.test", next);
    test::run(*loop);
    CHECK(told == std::vector<std::string>{"192.0.2.1", "192.0.2.2", "192.0.2.3"});
}

TEST_CASE("a bad answer is told and asked for again") {
    auto loop = test::make_loop();
    Resolver resolver(*loop);
    std::atomic<int> asked = 0;
    resolver.set_lookup([&](const std::string&) -> Result<Resolver::Addresses> {
        ++asked;
        return Error{Errc::later, "no such name"};
    });
    resolver.resolve("name.test", [&](const auto& first) {
        CHECK_FALSE(first);
        resolver.resolve("name.test", [&](const auto& second) {
            CHECK_FALSE(second);
            loop->stop();
        });
    });
    test::run(*loop);
    CHECK(asked == 2);
}

TEST_CASE("an answer that is to be forgotten is looked up anew by who asks next") {
    auto loop = test::make_loop();
    Resolver resolver(*loop);
    std::atomic<int> asked = 0;
    resolver.set_lookup([&](const std::string&) -> Result<Resolver::Addresses> {
        return Resolver::Addresses{"192.0.2." + std::to_string(++asked)};
    });
    resolver.forget("name.test");  // never known
    resolver.resolve("name.test", [&](const auto&) {
        resolver.forget("name.test");
        resolver.resolve("name.test", [&](const auto& second) {
            REQUIRE(second);
            CHECK(second->front() == "192.0.2.2");
            loop->stop();
        });
    });
    test::run(*loop);
    CHECK(asked == 2);
}

TEST_CASE("a cancelled lookup, and one that outlives the resolver, tell nobody") {
    auto loop = test::make_loop();
    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
    std::promise<void> done;
    bool told = false;
    {
        Resolver resolver(*loop);
        resolver.set_lookup(
            [released, &done](const std::string& host) -> Result<Resolver::Addresses> {
                released.wait();
                if (host == "late.test") done.set_value();
                return Resolver::Addresses{"192.0.2.1"};
            });
        resolver.cancel(resolver.resolve("cancelled.test", [&](const auto&) { told = true; }));
        resolver.resolve("late.test", [&](const auto&) { told = true; });
    }
    release.set_value();
    done.get_future().wait();
    loop->stop();
    loop->run();
    CHECK_FALSE(told);
}

TEST_CASE("numeric addresses and localhost resolve without a network") {
    auto v4 = look_up("127.0.0.1");
    REQUIRE(v4);
    CHECK(*v4 == Resolver::Addresses{"127.0.0.1"});
    auto v6 = look_up("::1");
    REQUIRE(v6);
    CHECK(*v6 == Resolver::Addresses{"::1"});
    CHECK(look_up("localhost"));
}

TEST_CASE("a lookup for which no thread is to be had has failed, and the next one works") {
    auto loop = test::make_loop();
    Resolver resolver(*loop);
    resolver.set_lookup([](const std::string&) -> Result<Resolver::Addresses> {
        return Resolver::Addresses{"192.0.2.1"};
    });
    int starts = 0;
    resolver.set_start([&](std::function<void()> work) {
        if (++starts <= 5) throw std::system_error(EAGAIN, std::generic_category());
        work();
    });
    int failed = 0;
    for (int i = 0; i < 5; ++i)
        resolver.resolve(std::to_string(i) + ".test", [&](const auto& result) {
            REQUIRE_FALSE(result);
            CHECK_THAT(result.error().what, contains("out of threads"));
            if (++failed < 5) return;
            resolver.resolve("name.test", [&](const auto& next) {
                CHECK(next);
                loop->stop();
            });
        });
    test::run(*loop);
    CHECK(failed == 5);
}
