#include "extract/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>

#include "base/phone_number.hpp"
#include "base/text.hpp"
#include "extract/consent.hpp"
#include "extract/prompt.hpp"
#include "extract/timing.hpp"
#include "json/document.hpp"

namespace pa::extract {
namespace {

using Role = call::TranscriptLine::Role;

/// Letters and digits only, with where each byte was.
struct Letters {
    std::string text;
    std::vector<std::size_t> origin;

    explicit Letters(std::string_view s) {
        for (std::size_t i = 0; i < s.size(); ++i) {
            auto c = static_cast<unsigned char>(s[i]);
            if (c < 0x80 && !is_ascii_alnum(s[i])) continue;
            text += ascii_lower(s[i]);
            origin.push_back(i);
        }
    }
};

struct Place {
    std::size_t line = 0, position = 0;
    std::string words;
};

std::optional<Place> place_of(const std::string& quote, std::int64_t named,
                              const store::CallLog& log) {
    const auto& lines = log.record.transcript;
    auto look = [&](std::size_t i) -> std::optional<Place> {
        if (lines[i].role != Role::user) return std::nullopt;
        Place place{i, 0, ""};
        place.words = find_quote(lines[i].text, quote, &place.position);
        if (place.words.empty()) return std::nullopt;
        return place;
    };
    if (named >= 0 && static_cast<std::size_t>(named) < lines.size())
        if (auto place = look(static_cast<std::size_t>(named))) return place;
    for (std::size_t i = lines.size(); i-- > 0;)  // the last time it was said is how it is meant
        if (auto place = look(i)) return place;
    return std::nullopt;
}

const std::string& other_side(const store::CallMeta& meta) {
    return meta.direction == "inbound" ? meta.from : meta.to;
}

/// The number in E.164 if the caller spoke its last eight digits.
std::string spoken_number(const std::string& phone, const store::CallLog& log) {
    auto number = PhoneNumber::parse(phone);
    if (!number) return "";
    std::string tail =
        number->str().substr(number->str().size() > 8 ? number->str().size() - 8 : 1);
    for (const auto& line : log.record.transcript)
        if (line.role == Role::user && spoken_digits(line.text).find(tail) != std::string::npos)
            return number->str();
    return "";
}

bool failed(const call::FunctionRun& run) {
    auto result = json::Document::parse(run.result);
    return result && result->root()["error"].exists();
}

/// What a function of that name does for a person, as far as names tell.
bool does(const std::string& function, const std::string& type) {
    auto has = [&](const char* word) { return function.find(word) != std::string::npos; };
    if (has("list") || has("next") || has("done") || has("remember") || has("now")) return false;
    if (type == "todo") return has("todo");
    if (type == "calendar") return has("calendar");
    return has("call") || has("remind") || has("alarm");
}

/// A word of the function's arguments stands in the wish, or the other way round.
bool same_words(const call::FunctionRun& run, const store::Request& q) {
    auto arguments = json::Document::parse(run.arguments);
    if (!arguments) return false;
    std::string wish = Letters(q.quote + " " + q.title).text, title = Letters(q.title).text;
    bool same = false;
    arguments->root().for_each_member([&](std::string_view, json::Value v) {
        std::string word = Letters(v.text()).text;
        auto due = parse_iso(v.text());
        same = same || (due && q.due_at && *due == *q.due_at) ||
               (word.size() >= 6 && (wish.find(word) != std::string::npos ||
                                     (title.size() >= 6 && word.find(title) != std::string::npos)));
    });
    return same;
}

bool was_done(const ProposedRequest& proposed, const store::Request& q,
              const call::Record& record) {
    const auto& runs = record.functions;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (failed(runs[i])) continue;
        if (!runs[i].request_id.empty() && runs[i].request_id == q.id) return true;
        if (!does(runs[i].name, proposed.type)) continue;
        bool claimed = proposed.function && *proposed.function == static_cast<std::int64_t>(i);
        if (claimed || same_words(runs[i], q)) return true;
    }
    return false;
}

struct Found {
    ProposedRequest proposed;
    Place place;
    store::Request request;
};

store::Request request_of(const ProposedRequest& p, const Place& place, const store::CallLog& log) {
    store::Request q;
    q.call_sid = log.meta.call_sid;
    q.by_owner = log.meta.owner;
    q.type = q.by_owner ? p.type : "todo";
    q.title = p.title;
    q.quote = place.words;
    q.line = place.line;
    q.confidence = p.confidence;
    q.promised = p.promised && said_after(place.line, Role::assistant, log) != no_line;
    if (q.by_owner) q.phone = spoken_number(p.phone, log);
    if (q.phone.empty() && (p.type == "call_back" || !q.by_owner)) q.phone = other_side(log.meta);
    settle_time(p, place.line, log, q);
    q.confirmed = is_confirmed(q, p.confirmed, log);
    return q;
}

bool before(const Found& a, const Found& b) {
    return std::tie(a.place.line, a.place.position, a.request.type, a.request.title) <
           std::tie(b.place.line, b.place.position, b.request.type, b.request.title);
}

bool same_wish(const store::Request& a, const store::Request& b) {
    return a.type == b.type && a.line == b.line && a.due_at == b.due_at &&
           (a.quote == b.quote ? a.type != "todo" || a.title == b.title : a.title == b.title);
}

/// Said once more in another line, or the answer to what the agent read back.
bool said_again(const store::Request& a, const store::Request& b) {
    if (a.type != b.type || a.line == b.line || a.due_at != b.due_at) return false;
    if (!a.due_at) return a.type == "todo" && Letters(a.title).text == Letters(b.title).text;
    return same_topic(a.title, b.title) || agrees(b.quote);
}

/// `later` is the correction of `first`.
bool supersedes(const Found& later, const Found& first, const store::CallLog& log) {
    const store::Request &b = later.request, &a = first.request;
    bool after = std::tie(a.line, first.place.position) < std::tie(b.line, later.place.position);
    return after && a.type == b.type && a.due_at && b.due_at && a.due_at != b.due_at &&
           corrects(log.record.transcript[b.line].text.substr(
               0, later.place.position + b.quote.size())) &&
           (a.title == b.title || same_topic(a.title, b.title));
}

/// Why it is no wish of the caller; "" if it is one.
std::string objection(const Found& f, bool last, const store::CallLog& log) {
    const store::Request& q = f.request;
    if (wants_nothing(q.quote, q.title)) return "asks for nothing";
    if (agrees_to_nothing(q, log)) return "answers nothing that was heard";
    if (taken_back(q, f.place.position, last, log)) return "was taken back";
    return "";
}

}  // namespace

std::string find_quote(std::string_view text, std::string_view quote, std::size_t* position) {
    Letters in(text), of(quote);
    std::size_t at = of.text.empty() ? std::string::npos : in.text.find(of.text);
    if (at == std::string::npos) return "";
    std::size_t from = in.origin[at], to = in.origin[at + of.text.size() - 1] + 1;
    if (position != nullptr) *position = from;
    return std::string(text.substr(from, to - from));
}

std::string spoken_digits(std::string_view text) {
    static const std::array<std::pair<std::string_view, char>, 22> words{
        {{"공", '0'},  {"영", '0'},    {"일", '1'},    {"이", '2'},    {"삼", '3'},   {"사", '4'},
         {"오", '5'},  {"육", '6'},    {"칠", '7'},    {"팔", '8'},    {"구", '9'},   {"zero", '0'},
         {"oh", '0'},  {"one", '1'},   {"two", '2'},   {"three", '3'}, {"four", '4'}, {"five", '5'},
         {"six", '6'}, {"seven", '7'}, {"eight", '8'}, {"nine", '9'}}};
    std::string letters = Letters(text).text, digits;
    for (std::size_t i = 0; i < letters.size();) {
        std::size_t taken = 1;
        if (is_digit(letters[i])) digits += letters[i];
        for (auto [word, digit] : words)
            if (letters.compare(i, word.size(), word) == 0) {
                digits += digit;
                taken = word.size();
            }
        i += taken;
    }
    return digits;
}

namespace {

/// What rests on the caller's words, in the order of the conversation; the rest is told in
/// `dropped`.
std::vector<Found> located(const Answer& answer, const store::CallLog& log,
                           std::vector<std::string>& dropped) {
    std::vector<Found> found;
    for (const ProposedRequest& p : answer.requests) {
        if (auto place = place_of(p.quote, p.line, log))
            found.push_back({p, *place, request_of(p, *place, log)});
        else
            dropped.push_back(
                fmt::format("{} \"{}\": nobody said \"{}\"", p.type, p.title, p.quote));
    }
    std::sort(found.begin(), found.end(), before);
    return found;
}

/// Without what is no wish, what was corrected, and what is there already.
std::vector<Found> wanted(std::vector<Found> found, const store::CallLog& log,
                          std::vector<std::string>& dropped) {
    std::vector<Found> wishes;
    for (std::size_t i = 0; i < found.size(); ++i) {
        Found& f = found[i];
        if (std::string why = objection(f, i + 1 == found.size(), log); !why.empty()) {
            dropped.push_back(fmt::format("{} \"{}\": \"{}\" {}", f.request.type, f.request.title,
                                          f.request.quote, why));
            continue;
        }
        if (std::any_of(found.begin() + static_cast<std::ptrdiff_t>(i), found.end(),
                        [&](const Found& later) { return supersedes(later, f, log); }))
            continue;
        auto twin = std::find_if(wishes.begin(), wishes.end(), [&](const Found& w) {
            return same_wish(w.request, f.request) || said_again(w.request, f.request);
        });
        if (twin == wishes.end()) {
            wishes.push_back(std::move(f));
            continue;
        }
        twin->request.confirmed = twin->request.confirmed || f.request.confirmed;
        twin->request.promised = twin->request.promised || f.request.promised;
    }
    return wishes;
}

bool is_known(const std::string& text, const std::vector<store::Fact>& facts) {
    return std::any_of(facts.begin(), facts.end(), [&](const store::Fact& fact) {
        return Letters(fact.text).text == Letters(text).text;
    });
}

}  // namespace

Judgement judge(const Answer& answer, const store::CallLog& log) {
    Judgement out;
    out.summary = answer.summary;
    std::map<std::pair<std::size_t, std::string>, std::size_t> ordinals;
    for (Found& f : wanted(located(answer, log, out.dropped), log, out.dropped)) {
        std::size_t ordinal = ordinals[{f.request.line, f.request.type}]++;
        f.request.id =
            store::request_id(log.meta.call_sid, f.request.type, f.request.line, ordinal);
        f.request.fulfilled = log.meta.owner && was_done(f.proposed, f.request, log.record);
        out.requests.push_back(std::move(f.request));
    }
    if (log.meta.owner)  // what others say is never stored as a fact
        for (const ProposedFact& fact : answer.facts)
            if (auto place = place_of(fact.quote, fact.line, log);
                place && !fact.text.empty() && !is_known(fact.text, out.facts))
                out.facts.push_back({fact.text, place->words, place->line});
    return out;
}

}  // namespace pa::extract
