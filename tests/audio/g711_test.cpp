#include "audio/g711.hpp"

#include "support/catch.hpp"

using namespace pa::audio;

TEST_CASE("mu-law decodes by the table of G.711, both zeros and both ends") {
    CHECK(linear_of(0xff) == 0);
    CHECK(linear_of(0x7f) == 0);
    CHECK(linear_of(0x80) == 32124);
    CHECK(linear_of(0x00) == -32124);
    CHECK(linear_of(0xfe) == 8);
    CHECK(linear_of(0xf0) == 120);
}

TEST_CASE("every mu-law byte survives the way through linear, but for the second zero") {
    for (int i = 0; i < 256; ++i) {
        auto byte = static_cast<std::uint8_t>(i);
        CHECK(mulaw_of(linear_of(byte)) == (i == 0x7f ? 0xff : byte));
    }
    CHECK(mulaw_of(-32768) == 0x00);
    CHECK(mulaw_of(32767) == 0x80);
}

TEST_CASE("the level of silence is the floor and that of a full square wave is the ceiling") {
    CHECK(level_db(std::string(160, silence)) == -100);
    CHECK(level_db("") == -100);
    CHECK(level_db(std::string(160, '\x80')) > -0.2);
}

TEST_CASE("mu-law survives the way through 24 kHz PCM") {
    std::string audio("\x00\x80\x10\x90\xff\xf0", 6);
    CHECK(pcm24k_of_mulaw(audio).size() == 36);
    CHECK(mulaw_of_pcm24k(pcm24k_of_mulaw(audio)) == audio);
}
