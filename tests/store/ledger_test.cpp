#include "store/ledger.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "base/file.hpp"
#include "base/text.hpp"
#include "support/catch.hpp"
#include "support/rest_of.hpp"
#include "support/temp_dir.hpp"

using namespace pa;

namespace {

store::Request request(const std::string& sid = "CA01") {
    store::Request q;
    q.id = store::request_id(sid, "reminder", 3, 0);
    q.call_sid = sid;
    q.type = "reminder";
    q.title = "모닝콜";
    q.quote = "내일 7시에 깨워줘";
    q.line = 3;
    q.due_at = *parse_iso("2026-03-01T07:00:00+09:00");
    q.repeat = "daily";
    q.phone = "+821000000001";
    q.by_owner = q.confirmed = true;
    q.confidence = 0.9;
    return q;
}

store::Ledger one(const std::string& sid) {
    store::Findings f;
    f.log = "x_" + sid + ".json";
    f.sha256 = "00";
    f.model = "gpt-6-luna";
    f.at = *parse_iso("2026-03-01T00:00:00Z");
    f.requests.push_back(request(sid));
    f.summary = {"한 줄"};
    f.facts.push_back({"커피를 좋아한다", "나 커피 좋아해", 5});
    return {{sid, f}};
}

}  // namespace

TEST_CASE("a request has its schema first and comes back whole") {
    std::string text = store::write_request(request());
    CHECK(text.starts_with(R"({"schema":"phone-agent/request/1","id":")"));
    auto q = store::read_request(text);
    REQUIRE(q);
    CHECK(q->title == "모닝콜");
    CHECK(q->line == 3);
    CHECK(q->due_at == request().due_at);
    CHECK(q->repeat == "daily");
    CHECK(q->by_owner);
    CHECK(q->confirmed);
    CHECK_FALSE(q->fulfilled);
    CHECK(q->confidence == 0.9);
    CHECK(store::write_request(*q) == text);
}

TEST_CASE("what a request does not have is null") {
    store::Request q = request();
    q.due_at.reset();
    q.repeat = q.phone = "";
    std::string text = store::write_request(q);
    CHECK_THAT(text, contains(R"("due_at":null,"repeat":null,"phone":null)"));
    CHECK_FALSE(store::read_request(text)->due_at);
}

TEST_CASE("the same wish has the same id, another one another") {
    auto id = store::request_id("CA01", "todo", 3, 0);
    CHECK(id.size() == 16);
    CHECK(id == store::request_id("CA01", "todo", 3, 0));
    CHECK(id != store::request_id("CA02", "todo", 3, 0));
    CHECK(id != store::request_id("CA01", "reminder", 3, 0));
    CHECK(id != store::request_id("CA01", "todo", 30, 0));
    CHECK(id != store::request_id("CA01", "todo", 3, 1));
}

TEST_CASE("what is no request is refused with the name of the fault") {
    std::string good = store::write_request(request());
    auto refusal = [&](std::string_view from, std::string_view to) {
        auto q = store::read_request(replace_all(good, from, to));
        return q ? std::string("accepted") : q.error().what;
    };
    CHECK_THAT(refusal("request/1", "request/9"),
               contains("schema: expected phone-agent/request/1"));
    CHECK_THAT(refusal("\"reminder\"", "\"../rm\""), contains("type: expected"));
    CHECK_THAT(refusal("\"due_at\":\"2026", "\"due_at\":\"x2026"),
               contains("due_at: expected a time"));
    CHECK_THAT(refusal("\"confidence\":0.9", "\"confidence\":9"),
               contains("confidence: expected 0 to 1"));
    CHECK_THAT(refusal("\"by_owner\":true", "\"by_owner\":1"),
               contains("by_owner: expected true or false"));
    CHECK_FALSE(store::read_request("[]"));
    CHECK_FALSE(store::read_request("{"));
}

TEST_CASE("the ledger keeps what was found per call and takes news without losing the old") {
    pa::test::TempDir dir;
    CHECK(store::load_ledger(dir.path())->empty());
    REQUIRE(store::add_to_ledger(dir.path(), one("CA01")));
    REQUIRE(store::add_to_ledger(dir.path(), one("CA02")));
    auto news = one("CA01");
    news.at("CA01").requests.clear();
    REQUIRE(store::add_to_ledger(dir.path(), news));
    auto ledger = store::load_ledger(dir.path());
    REQUIRE(ledger);
    REQUIRE(ledger->size() == 2);
    CHECK(ledger->at("CA01").requests.empty());
    CHECK(ledger->at("CA02").requests.at(0).title == "모닝콜");
    CHECK(ledger->at("CA02").facts.at(0).line == 5);
    CHECK(ledger->at("CA02").summary.at(0) == "한 줄");
    auto text = read_file(dir / "requests_processed.json");
    CHECK(text->starts_with(R"({"schema":"phone-agent/requests-processed/1")"));
    struct stat info {};
    REQUIRE(::stat((dir / "requests_processed.json").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
}

TEST_CASE("parallel additions to the ledger lose nothing") {
    pa::test::TempDir dir;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&dir, t] {
            for (int i = 0; i < 10; ++i)
                if (!store::add_to_ledger(dir.path(), one("CA" + std::to_string(100 + t * 10 + i))))
                    return;
        });
    for (auto& thread : threads) thread.join();
    CHECK(store::load_ledger(dir.path())->size() == 40);
}

TEST_CASE("whoever reads the ledger while news come reads the whole old one") {
    pa::test::TempDir dir;
    const std::string path = dir / "requests_processed.json";
    REQUIRE(store::add_to_ledger(dir.path(), one("CA02")));
    auto before = read_file(path);
    REQUIRE(before);
    Fd reader(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    REQUIRE(reader);
    auto news = one("CA02");
    news.at("CA02").requests.clear();
    if (GENERATE(false, true)) news.merge(one("CA01"));  // which goes before it
    REQUIRE(store::add_to_ledger(dir.path(), news));
    CHECK(test::rest_of(reader) == *before);
    auto ledger = store::load_ledger(dir.path());
    REQUIRE(ledger);
    CHECK(ledger->size() == news.size());
    CHECK(ledger->at("CA02").requests.empty());
}

TEST_CASE("a broken ledger is told by path and left as it is") {
    pa::test::TempDir dir;
    REQUIRE(write_file(
        dir / "requests_processed.json",
        R"({"schema":"phone-agent/requests-processed/1","calls":{"CA01":{"requests":[7]}}})"));
    auto ledger = store::load_ledger(dir.path());
    REQUIRE_FALSE(ledger);
    CHECK_THAT(ledger.error().what, contains("calls.CA01.requests[0]: expected object"));
    CHECK_FALSE(store::add_to_ledger(dir.path(), one("CA02")));
    CHECK_THAT(*read_file(dir / "requests_processed.json"), contains("[7]"));
}
