// A .env as people, and whoever can write there, wrote it.
#include "base/text.hpp"
#include "config/settings.hpp"
#include "fuzz.hpp"

using namespace pa;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<std::string> warnings;
    const auto values = config::parse_env(fuzz::text_of(data, size), &warnings);
    for (const auto& [name, value] : values) {
        PA_HOLDS(!name.empty() && name.find_first_of("= \t\n#") == std::string::npos);
        PA_HOLDS(is_utf8(value));
    }
    for (const auto& warning : warnings) PA_HOLDS(is_utf8(warning));
    return 0;
}
