#include "net/mailbox.hpp"

#include <algorithm>
#include <memory>
#include <thread>
#include <vector>

#include "net/loop_impl.hpp"
#include "support/catch.hpp"
#include "support/loop.hpp"

using namespace pa;
using namespace pa::net;

namespace {

/// A mailbox of its own on a loop that nobody else posts to.
class Rig {
public:
    Rig() {
        REQUIRE(box.open(loop_->impl().uv, [this] { ++woken; }));
    }
    void until(const std::function<bool()>& done) { test::run_until(*loop_, done); }
    /// Some turns, for what should not come.
    void turn() {
        int left = 3;
        until([&] { return --left == 0; });
    }

private:
    std::unique_ptr<EventLoop> loop_ = test::make_loop();

public:
    Mailbox box;
    int woken = 0;
};

}  // namespace

TEST_CASE("many threads at one mailbox: nothing is lost, and each one's come in its order") {
    constexpr int threads = 4, each = 5000;
    Rig rig;
    std::vector<std::vector<int>> seen(threads);
    int left = threads * each;
    std::vector<std::thread> posters;
    for (int t = 0; t < threads; ++t)
        posters.emplace_back([&, t] {
            for (int i = 0; i < each; ++i)
                rig.box.post([&, t, i] {
                    seen[static_cast<std::size_t>(t)].push_back(i);
                    --left;
                });
        });
    SECTION("which is told of them") {
        rig.until([&] { return left == 0; });
    }
    SECTION("which is looked into as well") {
        rig.until([&] {
            rig.box.look();
            return left == 0;
        });
    }
    for (std::thread& poster : posters) poster.join();
    for (const auto& of_one : seen) {
        CHECK(of_one.size() == each);
        CHECK(std::is_sorted(of_one.begin(), of_one.end()));
    }
}

TEST_CASE("a mailbox wakes its loop for all that is in it, in the order of posting") {
    Rig rig;
    rig.turn();
    CHECK(rig.woken == 0);
    std::vector<int> seen;
    for (int i = 0; i < 3; ++i) rig.box.post([&, i] { seen.push_back(i); });
    rig.until([&] { return seen.size() == 3; });
    rig.turn();
    CHECK(seen == std::vector{0, 1, 2});
    CHECK(rig.woken == 1);
}

TEST_CASE("what a task posts is run after what was there, and not from inside") {
    Rig rig;
    std::vector<int> seen;
    rig.box.post([&] {
        rig.box.post([&] { seen.push_back(3); });
        seen.push_back(1);
    });
    rig.box.post([&] { seen.push_back(2); });
    rig.until([&] { return seen.size() == 3; });
    CHECK(seen == std::vector{1, 2, 3});
    CHECK(rig.woken == 2);
}

TEST_CASE("what is looked for is run once, though its sender rings as well") {
    Rig rig;
    int ran = 0;
    rig.box.post([&] { ++ran; });
    rig.box.look();
    CHECK(ran == 1);
    rig.turn();
    CHECK(ran == 1);
}

TEST_CASE("what is in a mailbox at its end is freed, and not run") {
    // Posts when it goes, as an answer does that nobody gave.
    struct Last {
        Last(Mailbox& into, std::shared_ptr<int> with) : box(into), held(std::move(with)) {}
        Last(const Last&) = delete;
        Mailbox& box;
        std::shared_ptr<int> held;
        ~Last() {
            box.post([held = held] { ++*held; });
        }
    };
    auto held = std::make_shared<int>(0);
    {
        Rig rig;
        rig.box.post([held] { ++*held; });
        rig.box.close();
        rig.box.post([last = std::make_shared<Last>(rig.box, held)] { ++*last->held; });
        rig.box.look();
        CHECK(held.use_count() > 2);
    }
    CHECK(held.use_count() == 1);
    CHECK(*held == 0);
}
