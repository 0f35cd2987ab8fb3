#include "sim/vad.hpp"

#include "audio/g711.hpp"
#include "support/catch.hpp"

using pa::sim::SpeechEdge;
using pa::sim::Vad;

namespace {

std::string quiet(int ms) {
    return std::string(static_cast<std::size_t>(ms) * 8, pa::audio::kSilence);
}
std::string loud(int ms, std::int16_t amplitude = 8000) {
    std::string out;
    char up = pa::audio::mulaw_of(amplitude);
    char down = pa::audio::mulaw_of(static_cast<std::int16_t>(-amplitude));
    for (int i = 0; i < ms * 8; ++i) out += i / 10 % 2 ? up : down;
    return out;
}
std::vector<SpeechEdge> edges_of(Vad& vad, const std::string& audio) {
    std::vector<SpeechEdge> edges;
    vad.append(audio, edges);
    return edges;
}

}  // namespace

TEST_CASE("speech starts with its padding and ends with the silence that ended it") {
    Vad vad;
    auto edges = edges_of(vad, quiet(1000) + loud(400) + quiet(600));
    REQUIRE(edges.size() == 2);
    CHECK(edges[0].started);
    CHECK(edges[0].at_ms == 700);
    CHECK_FALSE(edges[1].started);
    CHECK(edges[1].at_ms == 1900);
}

TEST_CASE("times are those of the audio, in whatever pieces it comes") {
    std::string audio = quiet(1000) + loud(400) + quiet(600);
    Vad vad;
    std::vector<SpeechEdge> edges;
    for (std::size_t i = 0; i < audio.size(); i += 37) vad.append(audio.substr(i, 37), edges);
    REQUIRE(edges.size() == 2);
    CHECK(edges[0].at_ms == 700);
    CHECK(edges[1].at_ms == 1900);
}

TEST_CASE("the padding reaches neither before the stream nor into the turn before") {
    Vad vad;
    auto edges = edges_of(vad, quiet(100) + loud(200) + quiet(600) + loud(200));
    REQUIRE(edges.size() == 3);
    CHECK(edges[0].at_ms == 0);
    CHECK(edges[1].at_ms == 800);
    CHECK(edges[2].at_ms == 800);
}

TEST_CASE("a click is no speech, a pause shorter than the setting is no end") {
    Vad vad;
    CHECK(edges_of(vad, loud(40) + quiet(1000)).empty());
    auto edges = edges_of(vad, loud(200) + quiet(400) + loud(200) + quiet(300));
    REQUIRE(edges.size() == 1);
    CHECK(edges[0].started);
    CHECK(vad.speaking());
}

TEST_CASE("a higher threshold wants louder speech") {
    Vad vad;
    vad.set({0.9, 300, 500, -45, 60});
    CHECK(edges_of(vad, loud(300, 600)).empty());
    vad.set({0.5, 300, 500, -45, 60});
    CHECK(edges_of(vad, loud(300, 600)).size() == 1);
}
