#include "openai/prices.hpp"

#include "support/catch.hpp"

using namespace pa;

namespace {

call::Usage usage() {
    call::Usage u;
    u.text_in = 1'000'000;
    u.cached_text_in = 400'000;
    u.audio_in = 500'000;
    u.cached_audio_in = 100'000;
    u.text_out = 200'000;
    u.audio_out = 300'000;
    return u;
}

}  // namespace

TEST_CASE("a response costs what it read, cached or not, and spoke") {
    // 0.6 text + 0.4 cached, 0.4 audio + 0.1 cached, 0.2 text out, 0.3 audio out, in millions
    CHECK(*openai::cost_usd("gpt-realtime-2.1", usage()) ==
          Approx(0.6 * 4 + 0.4 * 0.40 + 0.4 * 32 + 0.1 * 0.40 + 0.2 * 24 + 0.3 * 64));
    CHECK(*openai::cost_usd("gpt-realtime-2.1-mini", usage()) ==
          Approx(0.6 * 0.60 + 0.4 * 0.06 + 0.4 * 10 + 0.1 * 0.30 + 0.2 * 2.40 + 0.3 * 20));
    CHECK(*openai::cost_usd("gpt-realtime-2.1", {}) == 0);
}

TEST_CASE("a dated model costs what its model costs, an unknown one is not guessed") {
    CHECK(openai::cost_usd("gpt-realtime-2025-08-28", usage()) ==
          openai::cost_usd("gpt-realtime", usage()));
    CHECK_FALSE(openai::cost_usd("gpt-realtime-9", usage()));
    CHECK_FALSE(openai::cost_usd("", usage()));
    CHECK_FALSE(openai::cost_usd("-2025-08-28", usage()));
    CHECK_FALSE(openai::transcription_cost_usd("my-asr", usage()));
    CHECK_FALSE(openai::text_cost_usd("my-llm", 1, 0, 1));
}

TEST_CASE("a transcription costs by the minute or by tokens") {
    call::Usage u;
    u.transcription_seconds = 120;
    CHECK(*openai::transcription_cost_usd("gpt-transcribe", u) == Approx(0.009));
    CHECK(*openai::transcription_cost_usd("whisper-1", u) == Approx(0.012));
    call::Usage told_tokens;
    told_tokens.transcription_in = 600;
    told_tokens.transcription_out = 100;
    CHECK(*openai::transcription_cost_usd("gpt-transcribe", told_tokens) == Approx(0.0045));
    CHECK(*openai::transcription_cost_usd("gpt-4o-mini-transcribe-2025-12-15", told_tokens) ==
          Approx((600 * 1.25 + 100 * 5) / 1e6));
}

TEST_CASE("an extraction costs input, cached input and output") {
    CHECK(*openai::text_cost_usd("gpt-6-luna", 2'000'000, 1'000'000, 1'000'000) ==
          Approx(0.10 + 0.01 + 0.50));
}
