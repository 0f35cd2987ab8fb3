#include "extract/due.hpp"

#include "support/catch.hpp"

using namespace pa;
using extract::read_due;

namespace {

/// All cases in Seoul; the zone is put back for the other tests.
struct Seoul {
    Seoul() { set_process_timezone("Asia/Seoul"); }
    ~Seoul() { set_process_timezone("UTC"); }
};

struct Case {
    const char *said, *words, *due;  // local times; due "" is none
    const char* repeat = "";
};

std::string local(const std::optional<WallTime>& t) {
    return t ? to_iso(*t, false).substr(0, 16) : std::string();
}

// 2026-02-28 is a Saturday, 2026-03-04 a Wednesday.
constexpr const char* saturday_night = "2026-02-28T23:49:32";
constexpr const char* wednesday = "2026-03-04T10:20:00";

const Case cases[] = {
    // days and hours
    {saturday_night, "내일 7시에 모닝콜 해줘", "2026-03-01T07:00"},
    {saturday_night, "내일 아침 일곱 시에 깨워 줘", "2026-03-01T07:00"},
    {saturday_night, "내일아침일곱시에깨워줘", "2026-03-01T07:00"},
    {saturday_night, "모레 오후 3시", "2026-03-02T15:00"},
    {saturday_night, "내일모레 세 시에 치과 있어", "2026-03-02T15:00"},
    {saturday_night, "글피 열한 시 반", "2026-03-03T11:30"},
    {wednesday, "오늘 저녁 8시 반에 전화해 줘", "2026-03-04T20:30"},
    {wednesday, "오늘 7시에 알려 줘", "2026-03-04T19:00"},
    {wednesday, "오늘 11시", "2026-03-04T11:00"},
    {wednesday, "내일 5시에 깨워줘", "2026-03-05T05:00"},
    {wednesday, "내일 5시에 회의 있어", "2026-03-05T17:00"},
    {wednesday, "내일 낮 12시", "2026-03-05T12:00"},
    {wednesday, "내일 오전 12시 10분", "2026-03-05T00:10"},
    {wednesday, "오늘 밤 12시에 알려줘", "2026-03-05T00:00"},
    {wednesday, "오늘 자정까지 제출해야 돼", "2026-03-05T00:00"},
    {wednesday, "내일 정오에", "2026-03-05T12:00"},
    {wednesday, "내일 새벽 네 시 반에 출발", "2026-03-05T04:30"},
    {wednesday, "내일 19시 40분 기차", "2026-03-05T19:40"},
    {wednesday, "내일 19:40 기차", "2026-03-05T19:40"},
    {wednesday, "내일 오후 3:15", "2026-03-05T15:15"},
    {wednesday, "내일 십구시 삼십분", "2026-03-05T19:30"},
    {wednesday, "내일 일곱 시 십오 분", "2026-03-05T07:15"},
    {wednesday, "내일 7시 10분 전에 깨워줘", "2026-03-05T06:50"},
    {wednesday, "내일 오후 두시부터 네시까지 회의", "2026-03-05T14:00"},
    // without a day: the next such time
    {saturday_night, "7시에 깨워줘", "2026-03-01T07:00"},
    {wednesday, "3시에 전화해", "2026-03-04T15:00"},
    {wednesday, "열 시에 전화해", "2026-03-04T22:00"},
    {saturday_night, "세 시에 전화해", "2026-03-01T15:00"},
    {saturday_night, "새벽 2시에 깨워", "2026-03-01T02:00"},
    {wednesday, "오전 9시에", "2026-03-05T09:00"},
    // from now on
    {saturday_night, "30분 뒤에 전화해줘", "2026-03-01T00:19"},
    {wednesday, "한 시간 반 후에", "2026-03-04T11:50"},
    {wednesday, "1시간 20분 있다가", "2026-03-04T11:40"},
    {wednesday, "십 분쯤 뒤에", "2026-03-04T10:30"},
    {wednesday, "두 시간만 있다가 깨워", "2026-03-04T12:20"},
    {wednesday, "사흘 뒤 오전 9시", "2026-03-07T09:00"},
    {wednesday, "삼십일 뒤 9시", "2026-04-03T09:00"},
    {wednesday, "일주일 뒤 3시", "2026-03-11T15:00"},
    {"2026-01-31T12:00:00", "한 달 뒤 오후 1시", "2026-02-28T13:00"},
    // weekdays and weeks
    {saturday_night, "다음 주 월요일에 회의 있어", "2026-03-02T00:00"},
    {wednesday, "다음 주 월요일 10시 회의", "2026-03-09T10:00"},
    {wednesday, "다음주월욜 오후 두시", "2026-03-09T14:00"},
    {wednesday, "이번 주 금요일 6시에 저녁 약속", "2026-03-06T18:00"},
    {wednesday, "금요일 저녁 여섯 시", "2026-03-06T18:00"},
    {wednesday, "수요일 오전 9시", "2026-03-11T09:00"},
    {wednesday, "다다음 주 화요일 9시", "2026-03-17T09:00"},
    {wednesday, "주말에 청소하라고 알려줘", "2026-03-07T00:00"},
    {wednesday, "다음 주말 오전 11시", "2026-03-14T11:00"},
    // dates, month ends, years
    {saturday_night, "3월 5일 오후 2시", "2026-03-05T14:00"},
    {wednesday, "삼월 이십일 아홉시", "2026-03-20T09:00"},
    {wednesday, "1월 2일 9시", "2027-01-02T09:00"},
    {wednesday, "2월 29일 9시", "2028-02-29T09:00"},
    {"2026-12-31T22:00:00", "내일 8시", "2027-01-01T08:00"},
    {"2026-04-30T09:00:00", "내일 8시", "2026-05-01T08:00"},
    {"2028-02-28T09:00:00", "내일 8시", "2028-02-29T08:00"},
    {wednesday, "15일 10시에 병원", "2026-03-15T10:00"},
    {wednesday, "2일에 월세", "2026-04-02T00:00"},
    {"2026-01-31T12:00:00", "다음 달 3일 오전 8시", "2026-02-03T08:00"},
    {"2026-02-10T12:00:00", "31일 9시", "2026-03-31T09:00"},
    {wednesday, "유월 육일", "2026-06-06T00:00"},
    {wednesday, "이십오일 오전 열 시", "2026-03-25T10:00"},
    {wednesday, "이번 달 말일까지", "2026-03-31T00:00"},
    {wednesday, "다음 달 말까지 여권 갱신", "2026-04-30T00:00"},
    {"2028-02-03T12:00:00", "월말 오후 세 시", "2028-02-29T15:00"},
    {wednesday, "크리스마스 이브 저녁 여섯 시", "2026-12-24T18:00"},
    {"2026-12-26T20:00:00", "성탄절 아침", "2027-12-25T08:00"},
    {wednesday, "광복절에 등산", "2026-08-15T00:00"},
    {wednesday, "이 말은 하지 마", ""},
    // midnight: what was said just after it
    {"2026-03-01T00:10:00", "내일 7시에 깨워줘", "2026-03-02T07:00"},
    {"2026-03-01T00:10:00", "오늘 7시에 깨워줘", "2026-03-01T07:00"},
    // again and again
    {wednesday, "매일 아침 7시에 깨워줘", "2026-03-05T07:00", "daily"},
    {"2026-03-06T10:00:00", "평일 아침 7시", "2026-03-09T07:00", "weekdays"},
    {wednesday, "매주 월요일 9시에 회의", "2026-03-09T09:00", "weekly"},
    {wednesday, "금요일마다 오후 5시", "2026-03-06T17:00", "weekly"},
    {wednesday, "주말마다 오전 10시", "2026-03-07T10:00", "weekends"},
    {wednesday, "매달 25일 오전 10시", "2026-03-25T10:00", "monthly"},
    {wednesday, "매일 물 마시라고 해줘", "", "daily"},
    {wednesday, "매달 이십오일 오전 10시", "2026-03-25T10:00", "monthly"},
    {wednesday, "매일 아침 7시에 깨워 줘. 아니다, 평일만", "2026-03-05T07:00", "weekdays"},
    // The day that was named is no weekday: it counts.
    {"2026-03-05T10:00:00", "모레 밤 11시, 평일마다", "2026-03-07T23:00", ""},
    {wednesday, "매일은 말고 내일만", "2026-03-05T00:00"},
    // the last word counts after a correction, else the first
    {wednesday, "내일 7시, 아니다 여덟 시로", "2026-03-05T08:00"},
    {wednesday, "내일 7시 아니 8시", "2026-03-05T08:00"},
    {wednesday, "월요일 말고 화요일 10시", "2026-03-10T10:00"},
    {wednesday, "아침 7시하고 저녁 8시에", "2026-03-05T07:00"},
    {wednesday, "삼십 분 뒤에, 아니다 한 시간 뒤에", "2026-03-04T11:20"},
    {wednesday, "수요일 두 시엔 미팅이고", "2026-03-11T14:00"},
    {wednesday, "내일은 쉬고 모레 아침 9시", "2026-03-06T09:00"},
    // only a part of the day, only words like "later"
    {wednesday, "내일 아침에 전화해줘", "2026-03-05T08:00"},
    {wednesday, "오늘 저녁에 알려줘", "2026-03-04T19:00"},
    {wednesday, "이따 전화해", ""},
    {wednesday, "나중에 다시 전화해줘", ""},
    {wednesday, "조만간 밥 먹자", ""},
    {wednesday, "우유 사다 줘", ""},
    // passed
    {saturday_night, "오늘 7시에 알려줘", ""},
    {wednesday, "이번 주 월요일 9시", ""},
    // what only looks like a time
    {wednesday, "다시 말해 줘, 역시 네가 최고야", ""},
    {wednesday, "네 시작할게", ""},
    {wednesday, "내 일 좀 도와줘", ""},
    {wednesday, "집에 오시면 전화하라고 해주십시오", ""},
    {wednesday, "가능한 시간에 전화 줘", ""},
    {wednesday, "3일 동안 쉬어", ""},
    {wednesday, "어젯밤에 잠을 못 잤어", ""},
    {wednesday, "반드시 해야 돼", ""},
    // English
    {saturday_night, "wake me up tomorrow at 7", "2026-03-01T07:00"},
    {wednesday, "remind me tomorrow at seven thirty p.m.", "2026-03-05T19:30"},
    {wednesday, "the day after tomorrow at noon", "2026-03-06T12:00"},
    {wednesday, "call me back in half an hour", "2026-03-04T10:50"},
    {wednesday, "in an hour and a half", "2026-03-04T11:50"},
    {wednesday, "call me in 20 minutes", "2026-03-04T10:40"},
    {wednesday, "two hours from now", "2026-03-04T12:20"},
    {wednesday, "next Monday at 10", "2026-03-09T10:00"},
    {wednesday, "on Friday at half past three", "2026-03-06T15:30"},
    {wednesday, "at quarter to eight tomorrow morning", "2026-03-05T07:45"},
    {wednesday, "tonight at 8", "2026-03-04T20:00"},
    {wednesday, "this evening at six", "2026-03-04T18:00"},
    {wednesday, "March 5th at 2pm", "2026-03-05T14:00"},
    {wednesday, "the 3rd of April at 9 am", "2026-04-03T09:00"},
    {wednesday, "every weekday at 6:45 am", "2026-03-05T06:45", "weekdays"},
    {wednesday, "every morning at seven", "2026-03-05T07:00", "daily"},
    {wednesday, "every Monday at 9", "2026-03-09T09:00", "weekly"},
    {wednesday, "tomorrow at seven, no, make it eight", "2026-03-05T08:00"},
    {wednesday, "at midnight", "2026-03-05T00:00"},
    {wednesday, "by the end of the month", "2026-03-31T00:00"},
    {wednesday, "on Christmas Eve at six pm", "2026-12-24T18:00"},
    {wednesday, "every day, no, weekdays at 7 am", "2026-03-05T07:00", "weekdays"},
    {wednesday, "later", ""},
    {wednesday, "good morning, how are you", ""},
    {wednesday, "buy two cartons of milk", ""},
};

}  // namespace

TEST_CASE("words of time are read against the time at which they were said") {
    Seoul seoul;
    for (const Case& c : cases) {
        INFO(c.said << " \"" << c.words << "\"");
        auto due = read_due(c.words, *parse_iso(c.said));
        CHECK(local(due.at) == c.due);
        CHECK(due.repeat == c.repeat);
    }
}

TEST_CASE("how exact a time is, is told") {
    Seoul seoul;
    auto said = *parse_iso(wednesday);
    CHECK(read_due("내일 아침에", said).approximate);
    CHECK_FALSE(read_due("내일 아침 7시", said).approximate);
    CHECK(read_due("다음 주 월요일에 회의", said).all_day);
    CHECK(read_due("오늘 9시에 알려줘", *parse_iso("2026-03-04T22:00:00")).passed);
    CHECK_FALSE(read_due("오늘 운동하기", said).passed);  // the day is not over
}

TEST_CASE("a time that the words leave open is allowed, one that they exclude is not") {
    Seoul seoul;
    auto allows = [](const char* words, const char* due, const char* said = wednesday) {
        return read_due(words, *parse_iso(said)).allows(*parse_iso(due));
    };
    CHECK(allows("내일 7시", "2026-03-05T07:00:00"));
    CHECK(allows("내일 7시", "2026-03-05T19:00:00"));
    CHECK_FALSE(allows("내일 아침 7시", "2026-03-05T19:00:00"));
    CHECK_FALSE(allows("내일 7시", "2026-03-06T07:00:00"));
    CHECK_FALSE(allows("내일 7시", "2026-03-05T08:00:00"));
    CHECK(allows("7시로 해줘", "2026-03-12T07:00:00"));  // the day was named elsewhere
    CHECK_FALSE(allows("7시로 해줘", "2026-03-12T09:00:00"));
    CHECK(allows("내일 아침에", "2026-03-05T09:30:00"));
    CHECK_FALSE(allows("내일 아침에", "2026-03-05T21:00:00"));
    CHECK(allows("다음 주 월요일에 회의", "2026-03-09T14:00:00"));
    CHECK_FALSE(allows("다음 주 월요일에 회의", "2026-03-10T14:00:00"));
    CHECK(allows("우유 사와", "2026-03-09T14:00:00"));
    CHECK(allows("30분 뒤", "2026-03-04T10:52:00"));
    CHECK_FALSE(allows("30분 뒤", "2026-03-04T11:20:00"));
    CHECK(allows("내일 7시에 깨워", "2026-03-01T07:00:00", "2026-03-01T00:10:00"));
    CHECK(allows("next Friday at 10", "2026-03-06T10:00:00"));
    CHECK(allows("next Friday at 10", "2026-03-13T10:00:00"));
    // Two wishes in the same words, each with its own day and hour.
    CHECK(allows("아침 8시하고 저녁 8시에", "2026-03-05T20:00:00"));
    CHECK(allows("목요일 두 시에 치과 있고 금요일 여섯 시에 회식", "2026-03-06T18:00:00"));
    CHECK_FALSE(allows("목요일 두 시에 치과 있고 금요일 여섯 시에 회식", "2026-03-05T18:00:00"));
    CHECK(allows("화요일이랑 목요일에 수영", "2026-03-10T00:00:00"));
    CHECK_FALSE(allows("7시, 아니다 8시", "2026-03-05T07:00:00"));
}

TEST_CASE("ten minutes before a meeting is a time of its own") {
    Seoul seoul;
    auto due = read_due("내일 3시 회의 10분 전에", *parse_iso(wednesday));
    REQUIRE(due.before);
    CHECK(local(due.at) == "2026-03-05T15:00");
    due.count_back();
    CHECK(local(due.at) == "2026-03-05T14:50");
    CHECK_FALSE(due.allows(*parse_iso("2026-03-05T15:00:00")));
    CHECK_FALSE(read_due("7시 10분 전에 깨워 줘", *parse_iso(wednesday)).before);
    CHECK(read_due("half an hour before the flight at 9 am", *parse_iso(wednesday)).before ==
          std::chrono::minutes(30));
}

TEST_CASE("words may settle the half of the day, or leave it open") {
    Seoul seoul;
    auto settles = [](const char* words, const char* due) {
        return read_due(words, *parse_iso(wednesday)).settles_half(*parse_iso(due));
    };
    CHECK(settles("저녁 7시", "2026-03-05T19:00:00"));
    CHECK(settles("19시", "2026-03-05T19:00:00"));
    CHECK_FALSE(settles("내일 7시", "2026-03-05T19:00:00"));
    CHECK_FALSE(settles("내일", "2026-03-05T19:00:00"));
}

TEST_CASE("clock changes do not move the hour that was named") {
    set_process_timezone("Europe/Berlin");
    auto due = read_due("tomorrow at 7 am", *parse_iso("2026-03-28T12:00:00"));
    REQUIRE(due.at);
    CHECK(to_iso(*due.at, false) == "2026-03-29T07:00:00+02:00");
    set_process_timezone("UTC");
}

TEST_CASE("no words make the reader of times fail") {
    Seoul seoul;
    auto said = *parse_iso(wednesday);
    for (std::string words :
         {std::string(), std::string("\xff\xfe시"), std::string("9999시 99분 뒤"),
          std::string("시시시시"), std::string(100'000, '7'), std::string("월"), std::string("in"),
          std::string("13월 45일"), std::string("in 1000 weeks"), std::string("\0\0", 2),
          std::string("365일 뒤"), std::string("25:61")})
        CHECK_NOTHROW(read_due(words, said));
    CHECK_FALSE(read_due("25:61", said).at);
    CHECK_FALSE(read_due("2월 30일 7시", said).day_named);
}
