#include "bridge/ctl.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "bridge/operator_answers.hpp"
#include "report/columns.hpp"

namespace pa::bridge {

Result<std::string> Ctl::get(const std::string& path) {
    HttpRequest request;
    request.url = "http://bridge" + path;
    return ask(std::move(request));
}

Result<std::string> Ctl::post(const std::string& path, std::string body) {
    HttpRequest request;
    request.method = "POST";
    request.url = "http://bridge" + path;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = std::move(body);
    return ask(std::move(request));
}

Result<std::string> Ctl::ask(HttpRequest request) {
    request.unix_socket = settings_.operator_socket;
    request.timeout = std::chrono::seconds(10);
    auto answer = http_.send(request);
    if (!answer) return Error{Errc::later, "no bridge runs for " + settings_.directory};
    if (answer->status < 400) return std::string(trim(answer->body));
    auto document = json::Document::parse(answer->body);
    std::string why(document ? document->root()["error"].text() : "");
    return Error{errc_of_http(answer->status),
                 why.empty() ? fmt::format("the bridge answers HTTP {}", answer->status) : why};
}

Result<std::vector<std::string>> Ctl::list() {
    auto body = get("/calls");
    if (!body) return body.error();
    auto document = json::Document::parse(*body);
    if (!document) return document.error().in("answer of the bridge");
    std::vector<std::string> rows;
    document->root()["calls"].for_each([&](json::Value call) {
        const auto last = call["latency_ms"]["last"];
        std::string state(call["state"].text());
        if (call["muted"].boolean()) state += ", muted";
        rows.push_back(fmt::format(
            "{}  {}  {}  {}  {}  {:>5}  {}  {}", call["call_sid"].text(),
            call["direction"].text() == "inbound" ? "from" : "to  ",
            report::pad(report::one_line(call["number_shown"].text()), 18), report::pad(state, 14),
            report::pad(report::duration_text(call["ms"].integer()), 6, true),
            call["turns"].integer(),
            report::pad(last.is_number() ? report::seconds_text(last.integer()) : "-", 7, true),
            report::money_text(call["cost_usd"].number())));
    });
    if (!rows.empty())
        rows.insert(rows.begin(),
                    fmt::format("{:<34}        {:<18}  {:<14}  {:>6}  turns   answer  cost", "call",
                                "number", "state", "time"));
    return rows;
}

}  // namespace pa::bridge
