// A call with the owner, in Seoul on Saturday 2026-02-28 at 23:49:32, and answers about it.
#pragma once

#include <string>
#include <vector>

#include "base/wall_time.hpp"
#include "json/writer.hpp"
#include "store/call_log.hpp"

namespace pa::test {

struct Seoul {
    Seoul() { set_process_timezone("Asia/Seoul"); }
    ~Seoul() { set_process_timezone("UTC"); }
};

inline store::CallLog call_with(const std::vector<std::string>& lines,
                                const std::string& sid = "CA01") {
    store::CallLog log;
    log.meta.call_sid = sid;
    log.meta.owner = true;
    log.meta.from = "+15550100001";
    log.meta.to = "+821000000001";
    log.meta.started_at = *parse_iso("2026-02-28T23:49:32+09:00");
    std::int64_t ms = 0;
    for (const std::string& line : lines) {  // "a: …" or "c: …"
        call::TranscriptLine t;
        t.role = line.starts_with("a") ? call::TranscriptLine::Role::assistant
                                       : call::TranscriptLine::Role::user;
        t.text = line.substr(3);
        t.start_ms = ms += 2000;
        t.end_ms = ms + 1500;
        log.record.transcript.push_back(t);
    }
    log.record.ended_by = call::EndedBy::caller;
    return log;
}

inline store::CallLog morning_call(const std::string& sid = "CA01") {
    return call_with(
        {"a: 안녕, 나 하나야. 오늘 어땠어?", "c: 괜찮았어. 내일 7시에 모닝콜 해줘.",
         "a: 내일 일곱 시, 맞지?", "c: 응 맞아. 그리고 우유 사 와야 돼.", "a: 알았어, 적어 둘게.",
         "c: 다음 주 월요일에 회의 있어.", "c: 나중에 다시 전화해 줘."},
        sid);
}

/// A chat completion with that content.
inline std::string completion(const std::string& content, const std::string& finish = "stop") {
    json::Writer w;
    w.start()
        .object()
        .key("choices")
        .array()
        .object()
        .member("index", 0)
        .member("finish_reason", finish);
    w.key("message").object().member("role", "assistant").member("content", content).end();
    w.end().end();
    return w.end().str();
}

/// One proposed request as JSON.
inline std::string proposal(const std::string& type, const std::string& title,
                            const std::string& quote, std::int64_t line,
                            const std::string& due = "", const std::string& phone = "") {
    json::Writer w;
    w.start()
        .object()
        .member("quote", quote)
        .member("line", line)
        .member("type", type)
        .member("title", title);
    w.key("due");
    due.empty() ? w.null() : w.value(due);
    w.key("repeat").null().key("phone");
    phone.empty() ? w.null() : w.value(phone);
    w.member("confirmed", true).member("promised", true).key("done_by_function").null();
    return w.member("confidence", 0.9).end().str();
}

inline std::string answer(const std::vector<std::string>& proposals) {
    std::string list;
    for (const std::string& p : proposals) list += (list.empty() ? "" : ",") + p;
    return R"({"requests":[)" + list + R"(],"summary":["한 줄"],"facts":[]})";
}

inline std::string morning_answer() {
    return answer({proposal("reminder", "모닝콜", "내일 7시에 모닝콜 해줘", 1, "2026-03-01T07:00"),
                   proposal("todo", "우유 사기", "우유 사 와야 돼", 3),
                   proposal("calendar", "회의", "다음 주 월요일에 회의 있어", 5, "2026-03-02"),
                   proposal("call_back", "다시 전화하기", "나중에 다시 전화해 줘", 6)});
}

}  // namespace pa::test
