#include "extract/answer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "json/document.hpp"

namespace pa::extract {
namespace {

constexpr std::size_t most_requests = 200;

/// One line, bounded: titles and facts end up in lists and on terminals.
std::string plain(std::string_view text, std::size_t length) {
    std::string line(trim(utf8_prefix(text, length)));
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return line;
}

Error expected(std::size_t i, const char* member, const char* what) {
    return {Errc::data, fmt::format("requests[{}].{}: expected {}", i, member, what)};
}

Result<ProposedRequest> read_request(json::Value v, std::size_t i) {
    ProposedRequest r;
    r.quote = trim(v["quote"].text());
    r.type = v["type"].text();
    r.title = plain(v["title"].text(), 200);
    if (r.quote.empty()) return expected(i, "quote", "the caller's words");
    if (r.type != "reminder" && r.type != "todo" && r.type != "calendar" && r.type != "call_back")
        return expected(i, "type", "reminder, todo, calendar or call_back");
    if (r.title.empty()) return expected(i, "title", "string");
    r.line = v["line"].integer(-1);
    r.due = trim(v["due"].text());
    r.repeat = v["repeat"].text();
    r.phone = trim(v["phone"].text());
    r.confirmed = v["confirmed"].boolean();
    r.promised = v["promised"].boolean();
    if (v["done_by_function"].is_number()) r.function = v["done_by_function"].integer(-1);
    r.confidence = std::clamp(v["confidence"].number(0.5), 0.0, 1.0);
    return r;
}

}  // namespace

Result<Answer> read_answer(std::string_view text) {
    auto document = json::Document::parse(text);
    if (!document) return document.error();
    json::Value root = document->root(), requests = root["requests"];
    if (!requests.is_array()) return Error{Errc::data, "requests: expected array"};
    if (requests.size() > most_requests) return Error{Errc::data, "requests: too many"};
    Answer answer;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        auto request = read_request(requests.at(i), i);
        if (!request) return request.error();
        answer.requests.push_back(std::move(*request));
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(root["summary"].size(), 2); ++i)
        if (auto line = plain(root["summary"].at(i).text(), 300); !line.empty())
            answer.summary.push_back(std::move(line));
    for (std::size_t i = 0; i < std::min<std::size_t>(root["facts"].size(), 50); ++i) {
        json::Value fact = root["facts"].at(i);
        answer.facts.push_back({std::string(trim(fact["quote"].text())),
                                plain(fact["text"].text(), 300), fact["line"].integer(-1)});
    }
    return answer;
}

}  // namespace pa::extract
