// Where the bridge learns the public base that Twilio knows it by.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/line_buffer.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"

namespace pa::bridge {

/// An https base without path, query or user; http for loopback only. Without its trailing slash.
[[nodiscard]] Result<std::string> check_public_base(std::string_view url);

/// One of: a fixed URL, lines on stdin ("-"), a watched file ("@FILE"), PUBLIC_URL, a tunnel that
/// the ngrok agent has to our port, or, without any, http://127.0.0.1:PORT.
class PublicBaseSource {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    /// `option` is --public-url as typed. Errc::usage or Errc::config for one that cannot be.
    [[nodiscard]] static Result<PublicBaseSource> open(std::string_view option,
                                                       const config::Settings& settings);

    /// Descriptor to be watched for reading, or -1.
    [[nodiscard]] int fd() const { return kind_ == Kind::lines ? 0 : -1; }
    /// When update() is wanted again without one.
    [[nodiscard]] TimePoint next() const { return next_; }
    /// A base that differs from the last one told, if there is one now. Reads what is there.
    [[nodiscard]] std::optional<std::string> update(TimePoint now);
    /// stdin has ended: whoever told us the URL has gone.
    [[nodiscard]] bool ended() const { return ended_; }
    [[nodiscard]] bool only_loopback() const { return kind_ == Kind::loopback; }

private:
    enum class Kind { fixed, lines, file, ngrok, loopback };
    std::optional<std::string> read_lines();
    std::optional<std::string> read_watched_file();

    Kind kind_ = Kind::fixed;
    std::string value_, told_, complained_;
    LineBuffer lines_;
    bool ended_ = false;
    TimePoint next_{};
};

}  // namespace pa::bridge
