#include "carrier/syncer.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace pa::carrier {
namespace {

using namespace std::chrono_literals;

std::string names_of(const Form& fields) {
    std::string out;
    for (const auto& [name, value] : fields) out += (out.empty() ? "" : ", ") + name;
    return out;
}

}  // namespace

Syncer::Syncer(net::Http& http, twilio::Account account, std::string number, const std::string& run,
               Sleep sleep)
    : http_(http),
      account_(std::move(account)),
      number_(std::move(number)),
      previous_(run),
      sleep_(std::move(sleep)) {
    if (number_.starts_with("PN")) sid_ = number_;
}

Result<HttpResponse> Syncer::send(HttpRequest request) {
    request.timeout = 15s;
    return http_.send(request);
}

Status Syncer::find() {
    auto answer = send(twilio::find_number(account_, number_));
    if (!answer) return answer.error();
    auto numbers = twilio::read_numbers(*answer);
    if (!numbers) return numbers.error();
    for (const Number& n : *numbers)
        if (n.phone_number == number_) sid_ = n.sid;
    if (!sid_.empty()) return Done{};
    return Error{Errc::data,
                 "the account has no such number (twilio.com/console shows its numbers)"};
}

Result<Number> Syncer::fetch() {
    if (sid_.empty())
        if (Status found = find(); !found) return found.error().in("webhook of " + number_);
    auto answer = send(twilio::fetch_number(account_, sid_));
    if (!answer) return answer.error().in("webhook of " + number_);
    auto number = twilio::read_number(*answer);
    if (!number) return number.error().in("webhook of " + number_);
    if (!number->phone_number.empty()) number_ = number->phone_number;
    return number;
}

Status Syncer::write(const Form& fields) {
    auto answer = send(twilio::update_number(account_, sid_, fields));
    if (!answer) return answer.error().in("webhook of " + number_);
    auto number = twilio::read_number(*answer);
    if (!number) return number.error().in("webhook of " + number_);
    return Done{};
}

/// The resource may show the old values for a moment.
Status Syncer::read_back(const std::function<Form(const Number&)>& missing) {
    Form left;
    for (auto pause : {0ms, 500ms, 1500ms}) {
        if (pause > 0ms) sleep_(pause);
        auto now = fetch();
        if (!now) return now.error();
        left = missing(*now);
        if (left.empty()) return Done{};
    }
    return Error{Errc::later,
                 fmt::format("webhook of {}: written, but Twilio still shows the old {}", number_,
                             names_of(left))};
}

Status Syncer::sync(const Wanted& wanted) {
    auto now = fetch();
    if (!now) return now.error();
    std::string obstacle = ineffective(*now);
    if (!obstacle.empty() && !wanted.force) return Error{Errc::no, obstacle};
    Form fields = changes(*now, wanted);
    if (fields.empty()) return Done{};
    // Before the write: a crash in between must not lose what was there.
    if (Status kept = previous_.keep(*now, wanted.base + "/incoming"); !kept) return kept;
    if (Status written = write(fields); !written) return written;
    return read_back([&](const Number& n) { return changes(n, wanted); });
}

Status Syncer::check(const Wanted& wanted) {
    auto now = fetch();
    if (!now) return now.error();
    if (std::string obstacle = ineffective(*now); !obstacle.empty())
        return Error{Errc::no, obstacle};
    Form fields = changes(*now, wanted);
    if (fields.empty()) return Done{};
    return Error{Errc::no,
                 fmt::format("webhook of {}: not in sync: {} (the voice URL is {})", number_,
                             names_of(fields),
                             now->voice_url.empty() ? "empty" : printable(now->voice_url))};
}

Result<std::string> Syncer::restore() {
    auto now = fetch();
    if (!now) return now.error();
    auto before = previous_.find(sid_);
    if (!before) return before.error();
    if (!*before)
        return Error{Errc::no, fmt::format("webhook of {}: no earlier URL is remembered", number_)};
    const Number& old = **before;
    if (Form fields = changes_back(*now, old); !fields.empty()) {
        if (Status written = write(fields); !written) return written.error();
        auto back = read_back([&](const Number& n) { return changes_back(n, old); });
        if (!back) return back.error();
    }
    if (Status forgotten = previous_.forget(sid_); !forgotten) return forgotten.error();
    return old.voice_url;
}

}  // namespace pa::carrier
