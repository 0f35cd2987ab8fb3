// What a language model answers about a call.
#include "extract/answer.hpp"
#include "extract/judge.hpp"
#include "fuzz.hpp"

using namespace pa;

namespace {

store::CallLog a_call() {
    using Role = call::TranscriptLine::Role;
    store::CallLog log;
    log.meta.call_sid = "CA00000000000000000000000000000001";
    log.meta.from = "+15550001000";
    log.meta.to = "+821000001234";
    log.meta.owner = true;
    log.meta.started_at = WallTime(std::chrono::hours(24 * 20'000));
    for (const char* text :
         {"내일 아침 7시에 깨워줘", "우유 사야 해, 아니다 두부", "call me at 010 0000 5678"}) {
        call::TranscriptLine line;
        line.role = Role::user;
        line.text = text;
        log.record.transcript.push_back(line);
        line.role = Role::assistant;
        line.text = "그래, 적어뒀어.";
        log.record.transcript.push_back(line);
    }
    return log;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const store::CallLog log = a_call();
    const auto answer = extract::read_answer(fuzz::text_of(data, size));
    if (!answer) return 0;
    const auto judged = extract::judge(*answer, log);
    PA_HOLDS(judged.requests.size() <= answer->requests.size());
    for (const auto& r : judged.requests) {
        PA_HOLDS(!r.id.empty() && !r.quote.empty());
        bool stands = false;
        for (const auto& line : log.record.transcript)
            stands = stands || line.text.find(r.quote) != std::string::npos;
        PA_HOLDS(stands);
        PA_HOLDS(!r.due_at || *r.due_at >= log.meta.started_at);
    }
    return 0;
}
