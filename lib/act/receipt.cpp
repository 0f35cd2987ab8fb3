#include "act/receipt.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/file.hpp"
#include "base/text.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"

namespace pa::act {
namespace {

constexpr std::string_view schema = "phone-agent/receipt/1";
constexpr std::array<std::string_view, 4> statuses{"done", "scheduled", "skipped", "failed"};

void optional_text(json::Writer& w, std::string_view name, const std::string& text) {
    if (!text.empty()) w.member(name, text);
}

/// What `path` holds from byte `from` on.
Result<std::string> read_from(const std::string& path, std::size_t from) {
    Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd && errno == ENOENT) return std::string();
    if (!fd || ::lseek(fd.get(), static_cast<off_t>(from), SEEK_SET) < 0)
        return Error{Errc::io, fmt::format("{}: cannot open: {}", path, std::strerror(errno))};
    std::string text;
    char buffer[65536];
    ssize_t n = 0;
    while ((n = ::read(fd.get(), buffer, sizeof buffer)) != 0) {
        if (n > 0) text.append(buffer, static_cast<std::size_t>(n));
        if (n < 0 && errno != EINTR)
            return Error{Errc::io, fmt::format("{}: cannot read: {}", path, std::strerror(errno))};
    }
    return text;
}

}  // namespace

bool is_broken(const Receipt& r) {
    return r.status == "failed" || (r.status == "skipped" && !r.run.empty());
}

std::string write_receipt(const Receipt& r) {
    json::Writer w;
    w.start().object().member("schema", schema).member("request_id", r.request_id);
    w.member("status", r.status).member("what", r.what);
    optional_text(w, "where", r.where);
    optional_text(w, "undo", r.undo);
    optional_text(w, "type", r.type);
    optional_text(w, "run", r.run);
    if (r.retry) w.member("retry", true);
    if (r.at != WallTime{}) w.member("at", to_iso(r.at));
    return w.end().str();
}

Result<Receipt> read_receipt(std::string_view text) {
    auto document = json::Document::parse(text);
    if (!document) return document.error();
    json::Value root = document->root();
    if (root["schema"].text() != schema)
        return Error{Errc::data, fmt::format("schema: expected {}", schema)};
    Receipt r;
    r.request_id = root["request_id"].text();
    r.status = root["status"].text();
    r.what = root["what"].text();
    r.where = root["where"].text();
    r.undo = root["undo"].text();
    r.type = root["type"].text();
    r.run = root["run"].text();
    r.retry = root["retry"].boolean();
    r.at = parse_iso(root["at"].text()).value_or(WallTime{});
    if (r.request_id.empty()) return Error{Errc::data, "request_id: expected string"};
    if (std::find(statuses.begin(), statuses.end(), r.status) == statuses.end())
        return Error{Errc::data, "status: expected done, scheduled, skipped or failed"};
    return r;
}

ReceiptBook::ReceiptBook(std::string spool) : spool_(std::move(spool)) {}

Status ReceiptBook::refresh() {
    auto text = read_from(path(), read_);
    if (!text) return text.error();
    std::size_t whole = text->rfind('\n');
    if (whole == std::string::npos) return Done{};
    for (std::string_view line : split(std::string_view(*text).substr(0, whole), '\n')) {
        auto receipt = read_receipt(line);
        if (!receipt) continue;  // torn by a crash; the deed is found done when it is tried again
        last_[receipt->request_id] = all_.size();
        all_.push_back(std::move(*receipt));
    }
    read_ += whole + 1;
    return Done{};
}

Status ReceiptBook::append(Receipt receipt) {
    if (receipt.at == WallTime{}) receipt.at = wall_now();
    if (Status made = make_directory(spool_); !made) return made;
    auto lock = FileLock::acquire(spool_ + "/receipts.lock");
    if (!lock) return lock.error();
    if (Status added = append_line(path(), write_receipt(receipt)); !added) return added;
    return refresh();
}

const Receipt* ReceiptBook::last(std::string_view request_id) const {
    auto found = last_.find(request_id);
    return found == last_.end() ? nullptr : &all_[found->second];
}

bool ReceiptBook::settled(std::string_view request_id) const {
    const Receipt* receipt = last(request_id);
    return receipt != nullptr && !receipt->retry;
}

bool ReceiptBook::has_run(std::string_view request_id, std::string_view run) const {
    return std::any_of(all_.begin(), all_.end(), [&](const Receipt& r) {
        return r.request_id == request_id && r.run == run;
    });
}

}  // namespace pa::act
