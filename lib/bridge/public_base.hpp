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

/// An https base without query or user; http for loopback only. Without its trailing slash. A path
/// of one plain segment, "https://phone.example/b1", means: this is one of several bridges behind
/// https://phone.example, and what is below that path comes to it as long as it lives.
[[nodiscard]] Result<std::string> check_public_base(std::string_view url);
/// "/b1": letters, digits, '-', '_', '.'.
[[nodiscard]] bool is_instance_path(std::string_view path);
/// The path of a checked base, or "".
[[nodiscard]] std::string_view instance_path(std::string_view public_base);

/// A request's path, cut: who was meant, "" or "/b1", and what is asked, "/after".
struct Asked {
    std::string_view instance, endpoint;
};
/// nullopt for what cannot be for us. One of several is asked what another was meant for when that
/// one is gone, and what was meant for any (the number's own webhook, which has no instance).
[[nodiscard]] std::optional<Asked> asked_for(std::string_view path, std::string_view public_base);

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
