// Events of the model's socket.
#include <algorithm>
#include <vector>

#include "fuzz.hpp"
#include "json/quick_reader.hpp"
#include "openai/events.hpp"

using namespace pa;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static json::Parser parser;
    // With what readers may look at past the end, and of just that size: more would be seen.
    std::vector<char> buffer(size + json::QuickReader::padding);
    std::copy_n(data, size, buffer.begin());
    const std::vector<char> copy = buffer;  // the parser writes into the message
    const auto quick = openai::read_audio({copy.data(), size});
    auto event = openai::parse_event(parser.parse_in_place({buffer.data(), size}));
    if (quick) {  // both ways of reading say the same
        const auto* audio = event ? std::get_if<call::ModelAudio>(&*event) : nullptr;
        PA_HOLDS(audio != nullptr && audio->payload == quick->payload);
        PA_HOLDS(audio->response_id == quick->response_id && audio->item_id == quick->item_id);
        PA_HOLDS(audio->content_index == quick->content_index);
    }
    if (!event) return 0;
    if (const auto* done = std::get_if<call::ResponseDone>(&*event)) {
        // Whatever a service counts, it is no less than nothing.
        PA_HOLDS(done->usage.audio_in >= 0 && done->usage.audio_out >= 0);
        PA_HOLDS(done->usage.text_in >= 0 && done->usage.text_out >= 0);
    }
    if (const auto* spoke = std::get_if<call::SpeechStarted>(&*event))
        PA_HOLDS(spoke->audio_start_ms >= 0);
    return 0;
}
