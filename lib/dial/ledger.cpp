#include "dial/ledger.hpp"

#include <fmt/format.h>

#include <array>
#include <set>

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

/// Of a day's file: one line a call, and one more for a call that was taken back.
int counted(std::string_view lines) {
    std::set<std::string> ids;
    for (std::string_view line : split(lines, '\n')) {
        auto document = json::Document::parse(line);
        if (!document) continue;
        std::string id(document->root()["id"].text());
        if (document->root()["void"].boolean())
            ids.erase(id);
        else
            ids.insert(id);
    }
    return static_cast<int>(ids.size());
}

std::string day_line(std::string_view id, bool is_void, WallTime at) {
    json::Writer w;
    w.start().object().member("id", id);
    if (is_void) w.member("void", true);
    return w.member("at", to_iso(at)).end().str() + "\n";
}

}  // namespace

std::string write_attempt(const Attempt& a) {
    json::Writer w;
    w.start().object().member("schema", schema);
    w.member("state", state_names[static_cast<std::size_t>(a.state)]);
    w.member("to", a.to).member("from", a.from);
    w.member("attempted_at", to_iso(a.attempted_at));
    w.member("call_sid", a.call_sid).key("outcome");
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
    a.attempted_at = *at;
    if (root["outcome"].is_number()) a.outcome = static_cast<int>(root["outcome"].integer());
    a.matter = read_matter(root["matter"]);
    return a;
}

Ledger::Ledger(std::string run) : folder_(std::move(run) + "/dials") {}

Status Ledger::make_folder() const { return make_directory(folder_); }

Result<FileLock> Ledger::Entry::lock() const {
    if (Status made = make_directory(path_.substr(0, path_.rfind('/'))); !made) return made.error();
    return FileLock::acquire(path_ + ".lock");
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

Result<std::string> Ledger::count(WallTime now, const std::function<Status(int)>& allowed) const {
    if (Status made = make_folder(); !made) return made.error();
    auto lock = FileLock::acquire(folder_ + "/day.lock");
    if (!lock) return lock.error();
    std::string day = to_file_stamp(now).substr(0, 10),
                file = fmt::format("{}/day-{}.jsonl", folder_, day);
    std::string lines;
    if (file_exists(file)) {
        auto text = read_file(file);
        if (!text) return text.error();
        lines = std::move(*text);
    }
    if (Status ok = allowed(counted(lines)); !ok) return ok.error();
    std::string id = hex(random_bytes(8));
    if (Status ok = append_file(file, day_line(id, false, now)); !ok) return ok.error();
    return day + "/" + id;
}

Status Ledger::uncount(const std::string& name) const {
    auto lock = FileLock::acquire(folder_ + "/day.lock");
    if (!lock) return lock.error();
    std::size_t slash = name.find('/');
    return append_file(fmt::format("{}/day-{}.jsonl", folder_, name.substr(0, slash)),
                       day_line(name.substr(slash + 1), true, wall_now()));
}

}  // namespace pa::dial
