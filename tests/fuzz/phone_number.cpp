// Phone numbers as people, and callers, write them.
#include <algorithm>

#include "base/phone_number.hpp"
#include "base/text.hpp"
#include "fuzz.hpp"

using namespace pa;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto reading = read_number(fuzz::text_of(data, size));
    const bool rejected = reading.decision == NumberReading::Decision::reject;
    PA_HOLDS(rejected != reading.number.has_value());
    PA_HOLDS(!rejected || !reading.remark.empty());
    if (rejected) return 0;
    const std::string& e164 = reading.number->str();
    PA_HOLDS(e164.size() >= 5 && e164.size() <= 16 && e164.front() == '+' && e164[1] != '0');
    PA_HOLDS(std::all_of(e164.begin() + 1, e164.end(), is_digit));
    // What was accepted once is accepted as it is written then.
    const auto again = read_number(e164);
    PA_HOLDS(again.number && again.number->str() == e164);
    (void)reading.number->national();
    return 0;
}
