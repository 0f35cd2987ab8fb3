// Records from one thread to another.
#include "store/tape.hpp"

#include <future>
#include <thread>

#include "base/file.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace pa;
using store::Tape;
using store::TapeWriter;

TEST_CASE("records come off a tape as they were put on it, however often the ring goes round") {
    Tape tape(100);
    std::string out;
    CHECK_FALSE(tape.get(out));
    for (int i = 0; i < 1000; ++i) {
        const std::string a(static_cast<std::size_t>(i % 40), 'a'), b = std::to_string(i);
        REQUIRE(tape.put({a, b}));
        REQUIRE(tape.put({}));
        REQUIRE(tape.get(out));
        CHECK(out == a + b);
        REQUIRE(tape.get(out));
        CHECK(out.empty());
    }
    CHECK(tape.lost() == 0);
}

TEST_CASE("what finds no room is lost and counted, and the rest is whole") {
    Tape tape(100);
    const std::string thirty(30, 'x');
    int put = 0;
    for (int i = 0; i < 10; ++i) put += tape.put({thirty}) ? 1 : 0;
    CHECK(put == 2);
    CHECK(tape.lost() == 8);
    std::string out;
    REQUIRE(tape.get(out));
    CHECK(out == thirty);
    CHECK(tape.put({thirty}));
    CHECK_FALSE(tape.put({std::string(200, 'x')}));
}

TEST_CASE("two threads: nothing is lost, doubled or torn") {
    Tape tape(4096);
    constexpr std::uint32_t count = 200'000;
    auto reader = std::async(std::launch::async, [&] {
        std::uint32_t next = 0;
        for (std::string out; next < count;) {
            if (!tape.get(out)) {
                std::this_thread::yield();
                continue;
            }
            if (out != std::string(next % 50, 'x') + std::to_string(next)) return next;
            ++next;
        }
        return next;
    });
    for (std::uint32_t i = 0; i < count; ++i)
        while (!tape.put({std::string(i % 50, 'x'), std::to_string(i)})) std::this_thread::yield();
    CHECK(reader.get() == count);
}

TEST_CASE("tapes are written to their files, and closed in turn") {
    pa::test::TempDir dir;
    std::string order;
    {
        TapeWriter writer(std::chrono::milliseconds(1));
        Tape& a = writer.open(store::lines_sink(dir / "a", nullptr), 1000);
        Tape& b = writer.open(store::lines_sink(dir / "b", nullptr), 1000);
        Tape& c = writer.open(store::lines_sink(dir / "c", nullptr), 1000);
        for (int i = 0; i < 3; ++i) {
            CHECK(a.put({"one ", std::to_string(i)}));
            CHECK(b.put({"two"}));
        }
        CHECK(c.put({"left open"}));
        std::promise<void> closed;
        writer.close(a, [&] { order += "a"; });
        writer.close(b, [&] {
            order += "b";
            closed.set_value();
        });
        closed.get_future().wait();
        CHECK(order == "ab");
        CHECK(*read_file(dir / "a") == "one 0\none 1\none 2\n");
        CHECK(*read_file(dir / "b") == "two\ntwo\ntwo\n");
    }
    CHECK(*read_file(dir / "c") == "left open\n");  // written when the writer went
}
