#include "bridge/stream_tokens.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace pa::bridge {
namespace {

constexpr std::size_t most_remembered = 10'000;

}  // namespace

StreamTokens::StreamTokens(const Secret& auth_token)
    : key_(hmac_sha256(auth_token.reveal(), "phone-agent media stream token")) {}

std::string StreamTokens::proof(std::string_view call_sid, std::string_view body) const {
    return hex(hmac_sha256(key_, fmt::format("{}.{}", call_sid, body)));
}

std::string StreamTokens::make(std::string_view call_sid, Seconds now) {
    std::string body = fmt::format("{}.{}", now.time_since_epoch().count(), hex(random_bytes(8)));
    return fmt::format("{}.{}", body, proof(call_sid, body));
}

bool StreamTokens::genuine(std::string_view token, std::string_view call_sid, Seconds now) const {
    std::size_t dot = token.rfind('.');
    if (dot == std::string_view::npos) return false;
    std::string_view body = token.substr(0, dot);
    if (!equal_constant_time(token.substr(dot + 1), proof(call_sid, body))) return false;
    std::int64_t made = 0;
    std::from_chars(body.data(), body.data() + body.size(), made);
    Seconds made_at{std::chrono::seconds(made)};
    return now <= made_at + life && made_at <= now + life;
}

bool StreamTokens::take(std::string_view token, std::string_view call_sid, Seconds now) {
    if (!genuine(token, call_sid, now)) return false;
    const std::size_t hash = std::hash<std::string_view>()(token);
    if (std::any_of(used_.begin(), used_.end(), [&](const Used& u) { return u.hash == hash; }))
        return false;
    // Not at once: a clock that is set forth and back would bring them to life again.
    while (used_.size() >= most_remembered && now > used_.front().when + 2 * life)
        used_.pop_front();
    used_.push_back({hash, now});
    return true;
}

}  // namespace pa::bridge
