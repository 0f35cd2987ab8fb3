#include "extract/work.hpp"

#include <atomic>
#include <filesystem>
#include <future>

#include "base/file.hpp"
#include "extract/sample.hpp"
#include "store/ledger.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace pa;
using namespace pa::test;

namespace {

/// Answers every question by `reply`; from any thread.
struct Service {
    std::atomic<int> asked{0};
    std::function<Result<HttpResponse>(const HttpRequest&, int)> reply = [](const HttpRequest&,
                                                                            int) {
        return HttpResponse{200, {}, completion(morning_answer())};
    };
};
class ServiceHttp : public net::Http {
public:
    explicit ServiceHttp(Service& service) : service_(service) {}
    Result<HttpResponse> send(const HttpRequest& request) override {
        return service_.reply(request, service_.asked++);
    }

private:
    Service& service_;
};

struct Run {
    Seoul seoul;
    TempDir dir;
    Service service;
    std::vector<std::string> printed, told, noted;
    extract::WorkOptions options;

    Run() {
        options.ask.base_url = "http://127.0.0.1";
        options.ask.model = "gpt-6-luna";
        options.ask.timezone = "Asia/Seoul";
        options.ask.tries = 2;
        options.ask.sleep = [](std::chrono::milliseconds) {};
        options.log_folder = dir.path();
        options.connect = [this] { return std::make_unique<ServiceHttp>(service); };
        options.print = [this](const std::string& s) { return printed.push_back(s), true; };
        options.tell = [this](const std::string& s) { told.push_back(s); };
        options.note = [this](const std::string& s) { noted.push_back(s); };
    }
    std::string save(const store::CallLog& log) { return *store::save_log(dir.path(), log); }
    extract::WorkResult work(std::vector<std::string> names) {
        std::size_t at = 0;
        options.next = [names = std::move(names), at]() mutable -> std::optional<std::string> {
            if (at == names.size()) return std::nullopt;
            return names[at++];
        };
        printed.clear();
        return extract::work(options);
    }
};

std::string sid_of(int i) { return "CA" + std::to_string(1000 + i); }

}  // namespace

TEST_CASE("findings are stored, printed, and printed again without asking") {
    Run r;
    auto path = r.save(morning_call());
    auto first = r.work({path});
    CHECK(first.printed == 4);
    CHECK(first.asked == 1);
    auto lines = r.printed;
    CHECK(r.work({path}).printed == 4);
    CHECK(r.printed == lines);
    CHECK(r.service.asked == 1);
    auto ledger = store::load_ledger(r.dir.path());
    REQUIRE(ledger);
    CHECK(ledger->at("CA01").model == "gpt-6-luna");
    CHECK(ledger->at("CA01").log == path.substr(path.rfind('/') + 1));
    CHECK(ledger->at("CA01").requests.size() == 4);

    r.options.only_new = true;
    CHECK(r.work({path}).printed == 0);
    r.options.force = true;
    CHECK(r.work({path}).printed == 4);
    CHECK(r.service.asked == 2);
}

TEST_CASE("a log that changed is asked about again") {
    Run r;
    auto path = r.save(morning_call());
    (void)r.work({path});
    auto log = morning_call();
    log.meta.about = "changed";
    r.save(log);
    (void)r.work({path});
    CHECK(r.service.asked == 2);
}

TEST_CASE(
    "output is in the order of input whatever is ready first, and parallel runs lose nothing") {
    Run r;
    r.options.jobs = 4;
    std::promise<void> others_done;
    std::atomic<int> others{0};
    r.service.reply = [&](const HttpRequest& request, int) {
        bool first = request.body.find("첫째") != std::string::npos;
        if (first) others_done.get_future().wait();  // answered when all the others are
        if (!first && ++others == 19) others_done.set_value();
        return HttpResponse{
            200, {}, completion(answer({proposal("todo", "할 일", "할 일이야", 0)}))};
    };
    std::vector<std::string> paths, expected;
    for (int i = 0; i < 20; ++i) {
        paths.push_back(
            r.save(call_with({i == 0 ? "c: 할 일이야 첫째" : "c: 할 일이야"}, sid_of(i))));
        expected.push_back(sid_of(i));
    }
    auto result = r.work(paths);
    CHECK(result.printed == 20);
    for (std::size_t i = 0; i < r.printed.size(); ++i)
        CHECK(store::read_request(r.printed[i])->call_sid == expected[i]);
    CHECK(store::load_ledger(r.dir.path())->size() == 20);
}

TEST_CASE("one bad log stops no other") {
    Run r;
    auto good = r.save(morning_call());
    REQUIRE(write_file(r.dir / "bad.json", "{\"schema\":"));
    auto result = r.work({r.dir / "bad.json", r.dir / "none.json", r.dir / "*.json", good});
    CHECK(result.printed == 4);
    CHECK(result.bad == 3);
    CHECK_FALSE(result.fatal);
    REQUIRE(r.told.size() == 3);
    CHECK_THAT(r.told[0], contains("bad.json: not valid JSON"));
    CHECK_THAT(r.told[1], contains("none.json: no such file in " + r.dir.path()));
    CHECK_THAT(r.told[2], contains("no call logs in " + r.dir.path()));
}

TEST_CASE("a log that the service could not serve is told, not stored, and found the next time") {
    Run r;
    auto one = r.save(morning_call("CA01")), two = r.save(morning_call("CA02"));
    r.service.reply = [](const HttpRequest&, int n) {
        return n < 2 ? HttpResponse{503, {}, ""}
                     : HttpResponse{200, {}, completion(morning_answer())};
    };
    auto result = r.work({one, two});
    CHECK(result.later == 1);
    CHECK(result.printed == 4);
    CHECK(r.work({one, two}).printed == 8);
}

TEST_CASE("two runs at the same time ask about a log once, and both print what was found") {
    Run r;
    auto path = r.save(morning_call());
    extract::WorkOptions other = r.options;
    std::vector<std::string> printed;
    std::promise<void> reading;
    other.print = [&](const std::string& line) { return printed.push_back(line), true; };
    other.next = [&, at = 0]() mutable -> std::optional<std::string> {
        if (at++ > 0) return std::nullopt;
        reading.set_value();
        return path;
    };
    std::future<extract::WorkResult> second;
    r.service.reply = [&](const HttpRequest&, int number) {
        if (number == 0) {
            second = std::async(std::launch::async, [&] { return extract::work(other); });
            reading.get_future().wait();
        }
        return HttpResponse{200, {}, completion(morning_answer())};
    };
    CHECK(r.work({path}).printed == 4);
    CHECK(second.get().printed == 4);
    CHECK(r.service.asked == 1);
    CHECK(printed == r.printed);
}

TEST_CASE("after a bad key nobody is asked again, but what is known is printed") {
    Run r;
    auto known = r.save(morning_call("CA01"));
    (void)r.work({known});
    r.service.reply = [](const HttpRequest&, int) {
        return HttpResponse{401, {}, R"({"error":{"code":"invalid_api_key"}})"};
    };
    auto result = r.work({r.save(morning_call("CA02")), r.save(morning_call("CA03")), known});
    CHECK(r.service.asked == 2);
    REQUIRE(result.fatal);
    CHECK(result.fatal->code == Errc::credentials);
    CHECK(r.told.size() == 1);
    CHECK(result.printed == 4);
}

TEST_CASE("three logs in a row that cannot be served end the asking") {
    Run r;
    r.service.reply = [](const HttpRequest&, int) { return Error{Errc::later, "cannot connect"}; };
    std::vector<std::string> paths;
    for (int i = 0; i < 10; ++i) paths.push_back(r.save(morning_call(sid_of(i))));
    auto result = r.work(paths);
    CHECK(result.later == 10);
    CHECK(r.service.asked == 6);  // two tries each
}

TEST_CASE("a call in which the other side said nothing needs no question") {
    Run r;
    r.options.may_ask = []() -> Status { return Error{Errc::config, "no key"}; };
    auto result = r.work({r.save(call_with({"a: 여보세요?"}))});
    CHECK_FALSE(result.fatal);
    CHECK(r.service.asked == 0);
    CHECK(store::load_ledger(r.dir.path())->at("CA01").model.empty());
    auto asked = r.work({r.save(morning_call("CA02"))});
    REQUIRE(asked.fatal);
    CHECK(asked.fatal->what == "no key");
}

TEST_CASE("a log may come by itself, and a reader that goes away ends the work") {
    Run r;
    CHECK(r.work({store::write_log(morning_call())}).printed == 4);
    CHECK(store::load_ledger(r.dir.path())->count("CA01") == 1);
    int tries = 0;
    r.options.print = [&](const std::string&) { return ++tries, false; };
    auto result = r.work({r.save(morning_call("CA02")), r.save(morning_call("CA03"))});
    CHECK(result.reader_gone);
    CHECK(tries == 1);
    CHECK(store::load_ledger(r.dir.path())->count("CA02") == 1);  // stored before it was printed
}

TEST_CASE("a broken ledger is never replaced by a new one") {
    Run r;
    REQUIRE(write_file(r.dir / "requests_processed.json", "half a fi"));
    auto result = r.work({r.save(morning_call())});
    REQUIRE(result.fatal);
    CHECK_THAT(result.fatal->what, contains("requests_processed.json"));
    CHECK(*read_file(r.dir / "requests_processed.json") == "half a fi");
    CHECK(r.service.asked == 0);
}
