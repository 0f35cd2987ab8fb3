#include "audio/g711.hpp"

#include "support/catch.hpp"

using namespace pa::audio;

TEST_CASE("u-law bytes have the values of the G.711 tables") {
    CHECK(linear_of('\xff') == 0);
    CHECK(linear_of('\x7f') == 0);
    CHECK(linear_of('\x80') == 32124);
    CHECK(linear_of('\x00') == -32124);
    CHECK(linear_of('\xfe') == 8);
    CHECK(linear_of('\xef') == 132);
}

TEST_CASE("every u-law byte survives the way to linear and back") {
    for (int i = 0; i < 256; ++i) {
        const char byte = static_cast<char>(i);
        INFO(i);
        if (byte == '\x7f') {
            CHECK(mulaw_of(linear_of(byte)) ==
                  kSilence);  // minus zero has no linear value of its own
        } else {
            CHECK(mulaw_of(linear_of(byte)) == byte);
        }
    }
}

TEST_CASE("what is too loud for u-law is clipped") {
    CHECK(mulaw_of(32767) == '\x80');
    CHECK(mulaw_of(-32768) == '\x00');
}

TEST_CASE("the level of silence is the floor and that of a full square wave is the ceiling") {
    CHECK(level_db(std::string(160, kSilence)) == -100);
    CHECK(level_db("") == -100);
    CHECK(level_db(std::string(160, '\x80')) > -0.2);
}

TEST_CASE("u-law survives the way through 24 kHz PCM") {
    std::string audio("\x00\x80\x10\x90\xff\xf0", 6);
    CHECK(pcm24k_of_mulaw(audio).size() == 36);
    CHECK(mulaw_of_pcm24k(pcm24k_of_mulaw(audio)) == audio);
}
