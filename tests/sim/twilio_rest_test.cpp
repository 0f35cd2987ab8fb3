#include "sim/twilio_rest.hpp"

#include "base/base64.hpp"
#include "json/document.hpp"
#include "support/catch.hpp"
#include "twilio/rest.hpp"

using namespace pa;

namespace {

struct Desk final : sim::CallDesk {
    void place(sim::CallResource call, sim::CallOrder o) override {
        calls.insert(calls.begin(), std::move(call));
        order = std::move(o);
    }
    sim::CallResource* get(std::string_view sid) const {
        for (auto& c : calls) {
            if (c.sid == sid) return &c;
        }
        return nullptr;
    }
    const sim::CallResource* find(std::string_view sid) const override { return get(sid); }
    std::vector<const sim::CallResource*> newest_first() const override {
        std::vector<const sim::CallResource*> all;
        for (auto& c : calls) all.push_back(&c);
        return all;
    }
    void remove(std::string_view) override { calls.clear(); }
    bool complete(std::string_view sid) override {
        if (get(sid)->final()) return false;
        get(sid)->status = "completed";
        return true;
    }
    bool cancel(std::string_view sid) override {
        if (get(sid)->status != "queued") return false;
        get(sid)->status = "canceled";
        return true;
    }
    bool redirect(std::string_view, const std::string& url, const std::string&) override {
        redirected = url;
        return true;
    }
    bool run(std::string_view, const std::string&) override { return false; }

    mutable std::vector<sim::CallResource> calls;
    sim::CallOrder order;
    std::string redirected;
};

twilio::NewCall new_call() {
    twilio::NewCall c;
    c.to = "+821000001234";
    c.from = "+15550001000";
    c.url = "https://a.example/incoming";
    c.limit_seconds = 900;
    return c;
}

/// The simulated API, asked with what the tools would send.
struct Api {
    Api() {
        sim::RestAccount a;
        a.sid = account.sid;
        a.token = account.token;
        a.key_sid = "SK1";
        a.key_secret = Secret("key-secret");
        sim::NumberResource n;
        n.sid = "PN1";
        n.phone_number = "+15550001000";
        a.numbers = {n};
        rest.emplace(std::move(a), desk);
    }
    static sim::RestRequest plain(const HttpRequest& r) {
        Url url;
        REQUIRE(Url::parse(r.url, url));
        sim::RestRequest out;
        out.method = r.method;
        out.path = url_decode(url.target.substr(0, url.target.find('?')), false);
        if (const auto q = url.target.find('?'); q != std::string::npos)
            out.query = form_decode(url.target.substr(q + 1));
        out.authorization = "Basic " + base64_encode(r.user + ":" + r.password);
        out.body = r.body;
        for (const auto& [name, value] : r.headers) {
            if (same_header(name, "content-type")) out.content_type = value;
        }
        return out;
    }
    HttpResponse ask(const HttpRequest& r) { return rest->answer(plain(r)); }
    int refused(const std::string& field, const std::string& value) {
        auto r = plain(twilio::create_call(account, call));
        auto form = form_decode(r.body);
        form.erase(
            std::remove_if(form.begin(), form.end(), [&](auto& f) { return f.first == field; }),
            form.end());
        if (value != "(none)") form.emplace_back(field, value);
        r.body = form_encode(form);
        auto answer = rest->answer(r);
        auto doc = json::Document::parse(answer.body);
        return answer.status == 201 ? 0 : static_cast<int>(doc->root()["code"].integer());
    }
    twilio::Account account{"https://api.example", "AC1", Secret("token"), "", Secret()};
    twilio::NewCall call = new_call();
    Desk desk;
    std::optional<sim::TwilioRest> rest;
};

}  // namespace

TEST_CASE("a call is created, read, listed and ended by the requests that the tools send") {
    Api api;
    api.call.status_callback = "https://a.example/status";
    api.call.detect_machine = true;
    api.call.machine_callback = "https://a.example/amd";
    auto created = api.ask(twilio::create_call(api.account, api.call));
    CHECK(created.status == 201);
    auto call = twilio::read_call(created);
    REQUIRE(call);
    CHECK(call->status == "queued");
    CHECK(call->sid.size() == 34);
    CHECK_FALSE(call->duration_s);
    CHECK(api.desk.order.status_events.size() == 4);
    CHECK((api.desk.order.detect && api.desk.order.async_amd));
    CHECK(api.desk.order.time_limit_s == 900);

    CHECK(twilio::read_call(api.ask(twilio::fetch_call(api.account, call->sid))));
    auto list = twilio::read_calls(
        api.ask(twilio::list_calls(api.account, "+821000001234", "+15550001000")));
    REQUIRE(list);
    CHECK(list->size() == 1);
    CHECK(
        twilio::read_calls(api.ask(twilio::list_calls(api.account, "+821000009999", "")))->empty());
    CHECK(twilio::read_call(api.ask(twilio::complete_call(api.account, call->sid)))->status ==
          "completed");
    CHECK(api.ask(twilio::complete_call(api.account, call->sid)).status == 400);
    CHECK(twilio::read_notifications(api.ask(twilio::call_notifications(api.account, call->sid))));
    CHECK(api.ask(twilio::fetch_call(api.account, "CAnone")).status == 404);
}

TEST_CASE("what Twilio refuses in a new call is refused with its number") {
    Api api;
    CHECK(api.refused("To", "(none)") == 21201);
    CHECK(api.refused("To", "010-1234") == 21211);
    CHECK(api.refused("From", "(none)") == 21213);
    CHECK(api.refused("From", "+15550009999") == 21210);
    CHECK(api.refused("From", "me") == 21212);
    CHECK(api.refused("Url", "(none)") == 21205);
    CHECK(api.refused("Url", "incoming") == 21205);
    CHECK(api.refused("Timeout", "601") == 21208);
    CHECK(api.refused("Method", "PUT") == 21209);
    CHECK(api.refused("MachineDetection", "On") == 21234);
    CHECK(api.refused("SendDigits", "12x") == 21206);
    CHECK(api.refused("StatusCallbackEvent", "done") == 21626);
    CHECK(api.refused("Colour", "red") == 20001);
    CHECK(api.refused("SendDigits", "1w#") == 0);
}

TEST_CASE("credentials are checked, and a key may not read the account") {
    Api api;
    CHECK(twilio::read_account(api.ask(twilio::fetch_account(api.account))));
    CHECK(twilio::read_balance(api.ask(twilio::fetch_balance(api.account))));
    auto wrong = api.account;
    wrong.token = Secret("wrong");
    CHECK(api.ask(twilio::list_one_number(wrong)).status == 401);
    auto key = api.account;
    key.key_sid = "SK1";
    key.key_secret = Secret("key-secret");
    CHECK(api.ask(twilio::list_one_number(key)).status == 200);
    auto with_key = Api::plain(twilio::fetch_account(api.account));
    with_key.authorization = "Basic " + base64_encode("SK1:key-secret");
    CHECK(api.rest->answer(with_key).status == 401);
}

TEST_CASE("an account in trouble, and countries that may be called") {
    Api api;
    auto permitted = [&](const char* iso) {
        return twilio::read_dialing_permission(
            api.ask(twilio::fetch_dialing_permission(api.account, "https://x.example", iso)));
    };
    CHECK(*permitted("KR"));
    CHECK_FALSE(*permitted("US"));
    auto changes = json::Document::parse(
        R"({"type":"Trial","status":"suspended","balance":"0.10","voice":false,"permitted":["US"]})");
    api.rest->change_account(changes->root());
    CHECK(*permitted("US"));
    CHECK_FALSE(*permitted("KR"));
    auto facts = twilio::read_account(api.ask(twilio::fetch_account(api.account)));
    CHECK(facts->type == "Trial");
    CHECK(facts->status == "suspended");
    CHECK(twilio::read_balance(api.ask(twilio::fetch_balance(api.account)))->amount == 0.10);
    auto numbers = twilio::read_numbers(api.ask(twilio::list_one_number(api.account)));
    CHECK_FALSE(numbers->front().voice);
    api.account.token = Secret("wrong");
    CHECK(permitted("US").error().code == Errc::credentials);
}

TEST_CASE("a number is found, read and changed") {
    Api api;
    auto found = twilio::read_numbers(api.ask(twilio::find_number(api.account, "+15550001000")));
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    CHECK(found->at(0).sid == "PN1");
    CHECK(twilio::read_numbers(api.ask(twilio::find_number(api.account, "+15550001001")))->empty());
    auto changed = twilio::read_number(api.ask(
        twilio::update_number(api.account, "PN1", {{"VoiceUrl", "https://b.example/incoming"}})));
    REQUIRE(changed);
    CHECK(changed->voice_url == "https://b.example/incoming");
    CHECK(twilio::read_number(api.ask(twilio::fetch_number(api.account, "PN1")))->voice_url ==
          "https://b.example/incoming");
    CHECK(api.ask(twilio::update_number(api.account, "PN1", {{"VoiceUrl", "b"}})).status == 400);
    CHECK(api.ask(twilio::update_number(api.account, "PN1", {{"Colour", "red"}})).status == 400);
    CHECK(api.ask(twilio::fetch_number(api.account, "PN2")).status == 404);
}

TEST_CASE("a call that has been answered is left alone by cancelling") {
    Api api;
    auto sid = twilio::read_call(api.ask(twilio::create_call(api.account, api.call)))->sid;
    api.desk.get(sid)->status = "in-progress";
    auto answer = api.ask(twilio::cancel_call(api.account, sid));
    CHECK(answer.status == 200);
    CHECK(twilio::read_call(answer)->status == "in-progress");
}

TEST_CASE("a JSON body is refused") {
    Api api;
    auto r = Api::plain(twilio::create_call(api.account, api.call));
    r.content_type = "application/json";
    CHECK(api.rest->answer(r).status == 415);
}
