// Words of time, in Korean and English.
#include "extract/due.hpp"
#include "fuzz.hpp"

using namespace pa;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const WallTime said(std::chrono::hours(24 * 20'000 + 3));
    const auto due = extract::read_due(fuzz::text_of(data, size), said);
    if (due.at) PA_HOLDS(due.allows(*due.at));
    PA_HOLDS(due.possible.size() < 1'000);
    return 0;
}
