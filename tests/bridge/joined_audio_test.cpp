#include "bridge/joined_audio.hpp"

#include <string>

#include "base/base64.hpp"
#include "support/catch.hpp"

using namespace pa;
using bridge::JoinedAudio;

namespace {

std::string frame(char byte, std::size_t size = 160) { return std::string(size, byte); }

}  // namespace

TEST_CASE("frames become one payload, and none is left behind") {
    JoinedAudio joined;
    CHECK(joined.empty());
    CHECK(joined.take().empty());
    CHECK(joined.add(base64_encode(frame('a'))));
    CHECK(joined.add(base64_encode(frame('b'))));
    CHECK_FALSE(joined.empty());
    CHECK(joined.take() == base64_encode(frame('a') + frame('b')));
    CHECK(joined.empty());
    CHECK(joined.add(base64_encode(frame('c'))));
    CHECK(joined.take() == base64_encode(frame('c')));
}

TEST_CASE("no more than 60 ms are joined, and what does not fit changes nothing") {
    JoinedAudio joined;
    for (char byte : {'a', 'b'}) CHECK(joined.add(base64_encode(frame(byte))));
    CHECK_FALSE(joined.add(base64_encode(frame('x', 161))));
    CHECK(joined.add(base64_encode(frame('c'))));
    CHECK_FALSE(joined.add(base64_encode("x")));
    CHECK(joined.add(""));
    CHECK(joined.take() == base64_encode(frame('a') + frame('b') + frame('c')));
    CHECK_FALSE(joined.add(base64_encode(frame('x', JoinedAudio::most_bytes + 1))));
    CHECK(joined.empty());
    CHECK(joined.add(base64_encode(frame('y', JoinedAudio::most_bytes))));
    CHECK(joined.take() == base64_encode(frame('y', JoinedAudio::most_bytes)));
}

TEST_CASE("what is no base64 is not joined") {
    JoinedAudio joined;
    CHECK(joined.add(base64_encode("odd sizes")));
    for (const char* bad : {"????", "AAA", "AA=A", "=AAA"}) CHECK_FALSE(joined.add(bad));
    CHECK(joined.add(base64_encode(" join, too")));
    CHECK(joined.take() == base64_encode("odd sizes join, too"));
}
