#include "store/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "store/facts.hpp"

namespace pa::store {
namespace {

constexpr std::string_view schema = "phone-agent/requests-processed/1";

void write_findings(json::Writer& w, const Findings& f) {
    w.object().member("log", f.log).member("sha256", f.sha256).member("model", f.model);
    w.member("at", to_iso(f.at)).key("requests").array();
    for (const Request& request : f.requests) write_request(w, request);
    w.end().key("summary").array();
    for (const std::string& line : f.summary) w.value(line);
    w.end().key("facts").array();
    for (const Fact& fact : f.facts)
        w.object()
            .member("text", fact.text)
            .member("quote", fact.quote)
            .member("line", fact.line)
            .end();
    w.end().end();
}

Status read_requests(json::Value array, const std::string& path, std::vector<Request>& out) {
    for (std::size_t i = 0; i < array.size(); ++i) {
        auto request = read_request(array.at(i), fmt::format("{}.requests[{}]", path, i));
        if (!request) return request.error();
        out.push_back(std::move(*request));
    }
    return Done{};
}

Result<Findings> read_findings(json::Value object, const std::string& path) {
    FieldReader r(object, path);
    Findings f;
    r.text("log", f.log);
    r.text("sha256", f.sha256);
    r.text("model", f.model);
    r.time("at", f.at);
    if (Status s = r.status(); !s) return s.error();
    if (Status s = read_requests(object["requests"], path, f.requests); !s) return s.error();
    object["summary"].for_each([&](json::Value line) { f.summary.emplace_back(line.text()); });
    object["facts"].for_each([&](json::Value v) {
        f.facts.push_back(
            {std::string(v["text"].text()), std::string(v["quote"].text()),
             static_cast<std::size_t>(std::max<std::int64_t>(0, v["line"].integer()))});
    });
    return f;
}

}  // namespace

std::string ledger_path(const std::string& folder) {
    return fmt::format("{}/{}", folder, ledger_name);
}

std::string write_ledger(const Ledger& ledger) {
    json::Writer w;
    w.start().object().member("schema", schema).key("calls").object();
    for (const auto& [sid, findings] : ledger) {
        w.key(sid);
        write_findings(w, findings);
    }
    return w.end().end().str();
}

Result<Ledger> read_ledger(std::string_view text) {
    auto document = json::Document::parse(text);
    if (!document) return document.error();
    json::Value root = document->root();
    if (root["schema"].text() != schema)
        return Error{Errc::data, fmt::format("schema is not {}", schema)};
    if (!root["calls"].is_object()) return Error{Errc::data, "calls: expected object"};
    Ledger ledger;
    Status status = Done{};
    root["calls"].for_each_member([&](std::string_view sid, json::Value object) {
        if (!status) return;
        auto findings = read_findings(object, fmt::format("calls.{}", sid));
        if (findings)
            ledger.insert_or_assign(std::string(sid), std::move(*findings));
        else
            status = findings.error();
    });
    if (!status) return status.error();
    return ledger;
}

Result<Ledger> load_ledger(const std::string& folder) {
    std::string path = ledger_path(folder);
    if (!file_exists(path)) return Ledger{};
    auto text = read_file(path, 512U << 20U);
    if (!text) return text.error();
    auto ledger = read_ledger(*text);
    if (!ledger) return ledger.error().in(path);
    return ledger;
}

Status add_to_ledger(const std::string& folder, const Ledger& news) {
    if (Status s = make_directory(folder); !s) return s;
    auto lock = FileLock::acquire(ledger_path(folder) + ".lock");
    if (!lock) return lock.error();
    auto ledger = load_ledger(folder);
    if (!ledger) return ledger.error();
    for (const auto& [sid, findings] : news) ledger->insert_or_assign(sid, findings);
    return write_file(ledger_path(folder), write_ledger(*ledger) + "\n");
}

}  // namespace pa::store
