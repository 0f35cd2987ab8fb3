// Calls to report about: in Seoul, on Saturday 2026-02-28 at 23:49:32.
#pragma once

#include "base/wall_time.hpp"
#include "store/call_log.hpp"

namespace pa::test {

struct Seoul {
    Seoul() { set_process_timezone("Asia/Seoul"); }
    ~Seoul() { set_process_timezone("UTC"); }
};

inline store::CallLog reported_call() {
    using Role = call::TranscriptLine::Role;
    store::CallLog log;
    log.meta.call_sid = "CA01";
    log.meta.owner = true;
    log.meta.agent = "하나";
    log.meta.about = "모닝콜";
    log.meta.from = "+15550100001";
    log.meta.to = "+821000000001";
    log.meta.started_at = *parse_iso("2026-02-28T23:49:32+09:00");
    log.meta.cost = {0.01, 0.002, 0, 0.012};
    auto& r = log.record;
    r.transcript.push_back({Role::assistant, "", "안녕, 나 하나야.", 200, 2000, false, "", 0, 0});
    r.transcript.push_back(
        {Role::user, "", "내일 일곱 시에 깨워 줘.", 3000, 5000, false, "", 0, 0});
    r.transcript.push_back(
        {Role::assistant, "", "알았어, 일곱 시.", 5800, 7000, true, "알았어", 600, 1900});
    r.transcript.push_back({Role::user, "", "아니, 여덟 시.", 6900, 9000, false, "", 0, 0});
    r.transcript.push_back({Role::assistant, "", "여덟 시, 그래.", 11500, 13000, false, "", 0, 0});
    r.turns = {{5000, 5800, 5500, 5520}, {9000, 11500, 9500, 9510}};
    r.events.push_back({7000, "barge-in", "600 ms heard"});
    r.ended_by = call::EndedBy::caller;
    r.answered_by = "human";
    r.duration_ms = 14000;
    return log;
}

}  // namespace pa::test
