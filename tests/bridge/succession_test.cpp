#include "bridge/succession.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "support/captured_stderr.hpp"
#include "support/loop.hpp"
#include "support/temp_dir.hpp"

using namespace pa;
using namespace pa::bridge;

namespace {

// A bridge whose sockets are none: they cannot be handed to anybody.
struct Broken final : Estate {
    [[nodiscard]] Sockets sockets() const override { return {1'000'000, 1'000'000}; }
    [[nodiscard]] Bequest bequest() const override { return {}; }
    void superseded() override {}
    void asked(Question, net::Responder) override {}
    void stream_given(Fd, std::string, Question::Way) override {}
    void learned(const std::string&, const CallState&) override {}
    void predecessor_gone() override {}
};

// The end of a channel of one that wants to take over.
struct Heir final : net::Channel::Handler {
    std::vector<std::string> told;
    bool over = false;
    void message(std::string_view text, Fd) override { told.emplace_back(text); }
    void closed() override { over = true; }
};

}  // namespace

TEST_CASE("a stream that no neighbour takes is closed, and people are told") {
    test::TempDir folder;
    auto loop = test::make_loop();
    Succession alone(*loop, folder.path() + "/takeover");
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    Fd caller(ends[0]), stream(ends[1]);
    test::CapturedStderr captured;
    alone.give_stream(std::move(stream), "start",
                      GENERATE(Question::Way::back, Question::Way::forward));
    CHECK_THAT(captured.take(), contains("a media stream could not be handed to the bridge"));
    char byte = 0;
    CHECK(::read(caller.get(), &byte, 1) == 0);
}

TEST_CASE("a bridge whose sockets cannot be handed over lets go of its heir, and goes on") {
    test::TempDir folder;
    const std::string path = folder.path() + "/takeover";
    auto loop = test::make_loop();
    Broken estate;
    Succession succession(*loop, path);
    REQUIRE(succession.begin(estate, {}));
    test::CapturedStderr captured;
    for (int again = 0; again < 2; ++again) {
        auto socket = net::connect_channel(path);
        REQUIRE(socket);
        Heir heir;
        net::Channel channel(*loop, std::move(*socket), heir);
        REQUIRE(channel.send("{\"do\":\"take-over\",\"facts\":{\"pid\":1}}\n"));
        test::run_until(*loop, [&] { return heir.over; });
        CHECK(heir.told.empty());
        CHECK_FALSE(succession.has_successor());
        CHECK_THAT(captured.take(), contains("the sockets could not be handed over"));
    }
}
