// A persona with its front matter.
#include "agent/persona.hpp"
#include "base/text.hpp"
#include "fuzz.hpp"

using namespace pa;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto persona = agent::parse_persona(fuzz::text_of(data, size), "persona.md");
    if (!persona) {
        PA_HOLDS(persona.error().what.find("persona.md") != std::string::npos);
        return 0;
    }
    PA_HOLDS(persona->threshold >= 0 && persona->threshold <= 1);
    PA_HOLDS(persona->prefix_padding_ms >= 0 && persona->silence_duration_ms >= 0);
    PA_HOLDS(persona->guard.count() >= 0 && persona->silence_after.count() >= 0);
    PA_HOLDS(is_utf8(persona->body) && is_utf8(persona->greeting) && is_utf8(persona->name));
    return 0;
}
