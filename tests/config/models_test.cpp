#include "config/models.hpp"

#include "config/settings.hpp"
#include "support/catch.hpp"

using namespace pa::config;

TEST_CASE("a retired model names its successor") {
    CHECK_THAT(retired_model("gpt-4o-realtime-preview", "2026-11-22").value(),
               contains("use gpt-realtime-2.1"));
    CHECK_THAT(retired_model("gpt-4o-realtime-preview-2024-12-17", "2026-11-22").value(),
               contains("2026-05-07"));
    CHECK_THAT(retired_model("gpt-4o-mini-realtime-preview", "2026-11-22").value(),
               contains("use gpt-realtime-2.1-mini"));
    CHECK_THAT(retired_model("gpt-realtime-mini-2025-10-06", "2026-11-22").value(),
               contains("use gpt-realtime-2.1-mini"));
    CHECK_THAT(retired_model("gpt-4-turbo", "2026-11-22").value(), contains("use gpt-6-sol"));
}

TEST_CASE("a model is refused only after its last day, and warned of before") {
    CHECK_FALSE(retired_model("gpt-realtime", "2027-01-20"));
    CHECK_THAT(ending_model("gpt-realtime", "2027-01-20").value(),
               contains("gpt-realtime-2.1 before"));
    CHECK(ending_model("gpt-realtime", "2026-11-22") ==
          "gpt-realtime ends in 59 days, on 2027-01-20: change to gpt-realtime-2.1 before");
    CHECK_THAT(ending_model("gpt-realtime", "2027-01-19").value(), contains("in 1 day, on"));
    CHECK_THAT(ending_model("gpt-realtime", "2027-01-20").value(), contains("ends today, on"));
    CHECK(retired_model("gpt-realtime", "2027-01-21"));
    CHECK_FALSE(ending_model("gpt-realtime", "2027-01-21"));
    CHECK_FALSE(retired_model("gpt-4o-mini", "2027-01-14"));
    CHECK_THAT(retired_model("gpt-4o-mini", "2027-01-15").value(), contains("use gpt-6-luna"));
    CHECK_THAT(retired_model("whisper-1", "2027-02-27").value(), contains("use gpt-transcribe"));
    CHECK_FALSE(retired_model("whisper-1", "2026-11-22"));
}

TEST_CASE("current models and those unknown to us are let through") {
    for (const char* model :
         {"gpt-realtime-2.1", "gpt-realtime-2.1-mini", "gpt-realtime-2", "gpt-realtime-1.5",
          "gpt-transcribe", "gpt-6-luna", "my-deployment", ""}) {
        CHECK_FALSE(retired_model(model, "2030-01-01"));
        CHECK_FALSE(ending_model(model, "2026-11-22"));
    }
}

TEST_CASE("no successor is itself ended") {
    for (const char* model :
         {"gpt-4o-realtime-preview", "gpt-4o-mini-realtime-preview", "gpt-realtime", "gpt-4o-mini",
          "gpt-5", "whisper-1", "gpt-5.1", "o3"}) {
        REQUIRE(model_end(model) != nullptr);
        CHECK(model_end(model_end(model)->successor) == nullptr);
    }
}

TEST_CASE("a voice that is gone names one that sounds near") {
    for (const char* voice : {"fable", "onyx", "nova"}) {
        auto sentence = retired_voice(voice);
        REQUIRE(sentence);
        CHECK(known_voice(sentence->substr(sentence->rfind(' ') + 1)));
        CHECK_FALSE(known_voice(voice));
    }
    CHECK_FALSE(retired_voice("shimmer"));
    CHECK(known_voice("voice_1234"));
}
