// Logs and journals, as pa-extract and a bridge that starts again read them.
#include "store/call_log.hpp"
#include "fuzz.hpp"
#include "store/journal.hpp"

using namespace pa;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    if (auto log = store::read_log(text)) {
        const std::string written = store::write_log(*log);
        auto again = store::read_log(written);
        PA_HOLDS(again);
        PA_HOLDS(store::write_log(*again) == written);
        PA_HOLDS(store::is_plain_sid(log->meta.call_sid));
    }
    if (auto journal = store::read_journal(text))
        PA_HOLDS(store::read_log(store::write_log(*journal)));
    return 0;
}
