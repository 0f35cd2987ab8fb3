// Messages of the carrier's media socket.
#include <functional>

#include "fuzz.hpp"
#include "twilio/media.hpp"

using namespace pa;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static json::Parser parser;
    std::string buffer(fuzz::text_of(data, size));
    buffer.resize(size + 16);  // what the parser may read past the end
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
