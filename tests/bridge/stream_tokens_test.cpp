#include "bridge/stream_tokens.hpp"

#include "support/catch.hpp"

using namespace pa;
using bridge::StreamTokens;
using std::chrono::seconds;

namespace {
const StreamTokens::Seconds now{seconds(1'800'000'000)};
}

TEST_CASE("a stream token lets one stream of its own call in, once") {
    StreamTokens tokens(Secret("token"));
    std::string token = tokens.make("CA1", now);
    CHECK_FALSE(tokens.take(token, "CA2", now));
    CHECK(tokens.take(token, "CA1", now));
    CHECK_FALSE(tokens.take(token, "CA1", now));
    CHECK(tokens.make("CA1", now) != tokens.make("CA1", now));
}

TEST_CASE("a stream token has a life of a minute") {
    StreamTokens tokens(Secret("token"));
    std::string old = tokens.make("CA1", now);
    CHECK_FALSE(tokens.take(old, "CA1", now + seconds(61)));
    CHECK(tokens.take(old, "CA1", now + seconds(60)));
    // Old entries are forgotten only when the token itself would be refused.
    CHECK_FALSE(tokens.take(old, "CA1", now + seconds(60)));
}

TEST_CASE("a successor with the same auth token knows the token, another does not") {
    StreamTokens first(Secret("token")), successor(Secret("token")), stranger(Secret("other"));
    std::string token = first.make("CA1", now);
    CHECK_FALSE(stranger.take(token, "CA1", now));
    CHECK(successor.take(token, "CA1", now));
}

TEST_CASE("a forged or broken token is refused") {
    StreamTokens tokens(Secret("token"));
    std::string token = tokens.make("CA1", now);
    for (std::string bad : {std::string(), std::string("."), std::string("a.b.c"), token + "0",
                            token.substr(1), token.substr(0, token.size() - 1), "9" + token})
        CHECK_FALSE(tokens.take(bad, "CA1", now));
    CHECK(tokens.take(token, "CA1", now));
}

TEST_CASE("a used token stays used when the clock is set forth and back by an hour") {
    StreamTokens tokens(Secret("token"));
    const auto hour = std::chrono::hours(1);
    std::string used = tokens.make("CA1", now);
    CHECK(tokens.take(used, "CA1", now));
    CHECK(tokens.take(tokens.make("CA2", now + hour), "CA2", now + hour));
    CHECK_FALSE(tokens.take(used, "CA1", now));
    // One made before the clock was set is refused; the call is given another.
    std::string before = tokens.make("CA3", now);
    CHECK_FALSE(tokens.take(before, "CA3", now + hour));
    CHECK_FALSE(tokens.take(before, "CA3", now - hour));
    CHECK(tokens.take(tokens.make("CA3", now - hour), "CA3", now - hour));
}
