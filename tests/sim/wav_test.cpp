#include "sim/wav.hpp"

#include "support/catch.hpp"

using namespace pa::sim;

namespace {

std::string wav(unsigned coding, unsigned channels, unsigned rate, unsigned bits,
                const std::string& data) {
    auto le = [](unsigned v, int n) {
        std::string s;
        for (int i = 0; i < n; ++i) s += static_cast<char>(v >> (8 * i) & 0xffU);
        return s;
    };
    return "RIFF" + le(0xffffffff, 4) + "WAVE" + "LIST" + le(3, 4) + "abc" + std::string(1, '\0') +
           "fmt " + le(16, 4) + le(coding, 2) + le(channels, 2) + le(rate, 4) +
           le(rate * channels * bits / 8, 4) + le(channels * bits / 8, 2) + le(bits, 2) + "data" +
           le(0xffffffff, 4) + data;
}

}  // namespace

TEST_CASE("a stereo file has the caller left and the agent right") {
    auto file = stereo_wav("\x80", "\xff\xff");
    REQUIRE(file.size() == 44 + 8);
    CHECK(file.substr(0, 4) == "RIFF");
    CHECK(file.substr(44) == std::string("\x7c\x7d\0\0\0\0\0\0", 8));
}

TEST_CASE("u-law is taken out of a WAV file, raw bytes as they are") {
    CHECK(*mulaw_of(wav(7, 1, 8000, 8, "abc")) == "abc");
    CHECK(*mulaw_of(wav(1, 1, 8000, 16, std::string("\x7c\x7d\0\0", 4))) == "\x80\xff");
    CHECK(*mulaw_of("abc") == "abc");
}

TEST_CASE("a file at another rate is refused with the way to convert it") {
    auto r = mulaw_of(wav(1, 1, 16000, 16, "abcd"));
    REQUIRE_FALSE(r);
    CHECK(r.error().code == pa::Errc::data);
    CHECK_THAT(r.error().what, contains("-ar 8000"));
    CHECK_FALSE(mulaw_of(wav(1, 2, 8000, 16, "abcd")));
}
