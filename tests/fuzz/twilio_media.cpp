// Messages of the carrier's media socket.
#include <algorithm>
#include <functional>
#include <vector>

#include "fuzz.hpp"
#include "json/quick_reader.hpp"
#include "twilio/media.hpp"

using namespace pa;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static json::Parser parser;
    // With what readers may look at past the end, and of just that size: more would be seen.
    std::vector<char> buffer(size + json::QuickReader::padding);
    std::copy_n(data, size, buffer.begin());
    const auto within = [&](std::string_view view) {
        std::less_equal<const char*> not_after;
        return view.empty() || (not_after(buffer.data(), view.data()) &&
                                not_after(view.data() + view.size(), buffer.data() + size));
    };
    const auto quick = twilio::read_caller_audio({buffer.data(), size});
    const std::string quick_payload(quick ? quick->payload : "");
    twilio::StreamStart start;
    auto event = twilio::parse_event(parser.parse_in_place({buffer.data(), size}), start);
    if (quick) {  // both ways of reading say the same
        const auto* audio = event ? std::get_if<call::CallerAudio>(&*event) : nullptr;
        PA_HOLDS(audio != nullptr && audio->payload == quick_payload);
        PA_HOLDS(audio->timestamp_ms == quick->timestamp_ms);
    }
    if (!event) return 0;
    if (const auto* audio = std::get_if<call::CallerAudio>(&*event))
        PA_HOLDS(within(audio->payload));
    if (const auto* key = std::get_if<call::KeyPressed>(&*event))
        PA_HOLDS(std::string_view("0123456789*#ABCD").find(key->digit) != std::string_view::npos);
    if (std::holds_alternative<call::StreamStarted>(*event)) {
        PA_HOLDS(within(start.stream_sid));
        (void)start.parameter("token");
    }
    return 0;
}
