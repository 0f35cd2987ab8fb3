#include "dial/ledger.hpp"

#include <fmt/format.h>

#include <array>
#include <map>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"

namespace pa::dial {
namespace {

// What a call is about may be 64 KiB, and each of its bytes six in JSON.
constexpr std::size_t most_bytes = std::size_t{1} << 20U;
constexpr std::string_view schema = "phone-agent/dial-attempt/1";
constexpr std::array<std::string_view, 4> state_names{"none", "attempting", "placed", "ended"};

std::optional<Attempt::State> state_of(std::string_view name) {
    for (std::size_t i = 0; i < state_names.size(); ++i)
        if (state_names[i] == name) return static_cast<Attempt::State>(i);
    return std::nullopt;
}

}  // namespace

/// Of a day's file: the first of a call counts it, what comes later is what has become of it.
struct Ledger::Line {
    std::string id;
    WallTime at;
    std::optional<Hold> hold;
    std::string call_sid;
    bool is_void = false, closed = false;

    [[nodiscard]] std::string str() const {
        json::Writer w;
        w.start().object().member("id", id);
        if (is_void) w.member("void", true);
        if (closed) w.member("closed", true);
        if (!call_sid.empty()) w.member("call_sid", call_sid);
        if (hold) w.member("hold_usd", hold->usd).member("hold_until", to_iso(hold->until));
        return w.member("at", to_iso(at)).end().str();
    }
};

namespace {

/// Longer than a create and the look that follows one in doubt take: whoever has counted a call and
/// not told its SID by then was killed, or made none.
constexpr std::chrono::minutes naming_time{3};

struct Known {
    Ledger::Open call;
    WallTime at;
    std::optional<WallTime> until;

    [[nodiscard]] bool open(WallTime now) const {
        return until && now < *until && (!call.call_sid.empty() || now < at + naming_time);
    }
};
using Day = std::map<std::string, Known>;  // by id

void take(Day& day, json::Value line, std::string_view date) {
    const std::string id(line["id"].text());
    if (id.empty()) return;
    if (line["void"].boolean()) return void(day.erase(id));
    Known& known = day[id];
    known.call.name = fmt::format("{}/{}", date, id);
    if (line["call_sid"].is_string()) known.call.call_sid = line["call_sid"].text();
    if (line["hold_usd"].is_number()) {
        known.call.usd = line["hold_usd"].number();
        known.until = parse_iso(line["hold_until"].text());
        known.at = parse_iso(line["at"].text()).value_or(WallTime{});
    }
    if (line["closed"].boolean()) known.until.reset();
}

/// What cannot be read was cut off by a crash, and is passed over.
Result<Day> read_day(const std::string& file, std::string_view date) {
    Day day;
    if (!file_exists(file)) return day;
    auto text = read_file(file);
    if (!text) return text.error();
    for (std::string_view line : split(*text, '\n'))
        if (auto document = json::Document::parse(line); document)
            take(day, document->root(), date);
    return day;
}

void add_open(Day& day, WallTime now, std::vector<Ledger::Open>& open) {
    for (auto& [id, known] : day)
        if (known.open(now)) open.push_back(std::move(known.call));
}

std::string date_of(WallTime at) { return to_file_stamp(at).substr(0, 10); }

std::string date_before(WallTime at) {
    Civil midnight = to_civil(at);
    midnight.hour = midnight.minute = midnight.second = 0;
    return date_of(from_civil(midnight) - std::chrono::hours(1));
}

}  // namespace

std::string write_attempt(const Attempt& a) {
    json::Writer w;
    w.start().object().member("schema", schema);
    w.member("state", state_names[static_cast<std::size_t>(a.state)]);
    w.member("to", a.to).member("from", a.from);
    w.member("attempted_at", to_iso(a.attempted_at));
    w.member("call_sid", a.call_sid).member("counted", a.counted).key("outcome");
    a.outcome ? w.value(*a.outcome) : w.null();
    if (a.state != Attempt::State::ended && !a.matter.to.empty()) {
        w.key("matter").object();
        write_matter(w, a.matter);
        w.end();
    }
    return w.end().str() + "\n";
}

Result<Attempt> read_attempt(std::string_view text) {
    auto document = json::Document::parse(text);
    if (!document) return document.error();
    json::Value root = document->root();
    auto state = state_of(root["state"].text());
    auto at = parse_iso(root["attempted_at"].text());
    if (root["schema"].text() != schema || !state || !at)
        return Error{Errc::data, fmt::format("not a {}", schema)};
    Attempt a;
    a.state = *state;
    a.to = root["to"].text();
    a.from = root["from"].text();
    a.call_sid = root["call_sid"].text();
    a.counted = root["counted"].text();
    a.attempted_at = *at;
    if (root["outcome"].is_number()) a.outcome = static_cast<int>(root["outcome"].integer());
    a.matter = read_matter(root["matter"]);
    return a;
}

Ledger::Ledger(std::string run) : folder_(std::move(run) + "/dials") {}

Status Ledger::make_folder() const { return make_directory(folder_); }

Result<std::string> Ledger::Entry::lock_file() const {
    if (Status made = make_directory(path_.substr(0, path_.rfind('/'))); !made) return made.error();
    return path_ + ".lock";
}

Result<FileLock> Ledger::Entry::lock() const {
    auto file = lock_file();
    return file ? FileLock::acquire(*file) : file.error();
}

Result<FileLock> Ledger::Entry::try_lock() const {
    auto file = lock_file();
    return file ? FileLock::try_acquire(*file) : file.error();
}

Result<Attempt> Ledger::Entry::read() const {
    std::string file = path_ + ".json";
    if (!file_exists(file)) return Attempt{};
    auto text = read_file(file, most_bytes);
    if (!text) return text.error();
    auto attempt = read_attempt(*text);
    if (!attempt)
        return Error{Errc::io, fmt::format("{}: {}; remove it if no call of its can be running",
                                           file, attempt.error().what)};
    return attempt;
}

Status Ledger::Entry::write(const Attempt& attempt) const {
    return write_file(path_ + ".json", write_attempt(attempt));
}

Ledger::Entry Ledger::of_key(std::string_view key) const {
    return Entry(fmt::format("{}/once-{}", folder_, hex(sha256(key)).substr(0, 32)));
}

Ledger::Entry Ledger::of_number(const PhoneNumber& number) const {
    return Entry(fmt::format("{}/to-{}", folder_, number.str().substr(1)));
}

std::string Ledger::file_of(std::string_view date) const {
    return fmt::format("{}/day-{}.jsonl", folder_, date);
}

Result<std::string> Ledger::count(WallTime now, const std::optional<Hold>& hold,
                                  const std::function<Status(const Count&)>& allowed) const {
    if (Status made = make_folder(); !made) return made.error();
    auto lock = FileLock::acquire(folder_ + "/day.lock");
    if (!lock) return lock.error();
    const std::string date = date_of(now);
    auto today = read_day(file_of(date), date);
    if (!today) return today.error();
    Count before{static_cast<int>(today->size()), {}};
    add_open(*today, now, before.open);
    // One that was dialled before midnight may be a call of either day.
    auto yesterday = read_day(file_of(date_before(now)), date_before(now));
    if (!yesterday) return yesterday.error();
    add_open(*yesterday, now, before.open);
    if (Status ok = allowed(before); !ok) return ok.error();
    const Line line{hex(random_bytes(8)), now, hold, {}};
    if (Status ok = append_line(file_of(date), line.str()); !ok) return ok.error();
    return date + "/" + line.id;
}

Status Ledger::add(const std::string& name, Line line) const {
    auto lock = FileLock::acquire(folder_ + "/day.lock");
    if (!lock) return lock.error();
    const std::size_t slash = name.find('/');
    line.id = name.substr(slash + 1);
    line.at = wall_now();
    return append_line(file_of(name.substr(0, slash)), line.str());
}

Status Ledger::uncount(const std::string& name) const {
    Line line;
    line.is_void = true;
    return add(name, line);
}

Status Ledger::name_call(const std::string& name, std::string_view call_sid) const {
    Line line;
    line.call_sid = call_sid;
    return add(name, line);
}

Status Ledger::close(const std::string& name) const {
    Line line;
    line.closed = true;
    return add(name, line);
}

}  // namespace pa::dial
