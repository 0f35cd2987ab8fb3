#include "bridge/public_base.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file.hpp"
#include "base/http_message.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "net/http.hpp"
#include "tunnel/ngrok.hpp"

namespace pa::bridge {
namespace {

constexpr std::chrono::milliseconds file_period{500}, settled{3'600'000};

/// The tunnel that a running ngrok agent has to our port, or "".
std::string ask_ngrok(const config::Settings& settings) {
    net::CurlHttp http;
    tunnel::Wanted wanted;
    wanted.port = settings.port;
    wanted.api_url = settings.ngrok_api_url;
    tunnel::Ngrok ngrok(wanted, http);
    return ngrok.look().url;
}

}  // namespace

Result<std::string> check_public_base(std::string_view text) {
    text = trim(text);
    while (text.ends_with('/')) text.remove_suffix(1);
    Url url;
    if (!Url::parse(text, url))
        return Error{Errc::data, fmt::format("'{}' is no URL: https://name expected", text)};
    bool plain = url.scheme == "http" && url.loopback();
    if (url.scheme != "https" && !plain)
        return Error{Errc::data,
                     fmt::format("{}: Twilio needs https (http is taken for loopback only)", text)};
    std::string path = url.target == "/" ? "" : url.target;
    if (!url.user_info.empty() || text.find('#') != text.npos ||
        (!path.empty() && !is_instance_path(path)))
        return Error{
            Errc::data,
            fmt::format("{}: only https://name[:port] or https://name[:port]/INSTANCE can be the "
                        "public base",
                        text)};
    return url.origin() + path;
}

bool is_instance_path(std::string_view path) {
    constexpr std::size_t longest = 64;
    auto plain = [](char c) { return is_ascii_alnum(c) || c == '-' || c == '_' || c == '.'; };
    return path.size() > 1 && path.size() <= longest && path.front() == '/' && path[1] != '.' &&
           std::all_of(path.begin() + 1, path.end(), plain);
}

std::string_view instance_path(std::string_view public_base) {
    std::size_t host = public_base.find("://");
    if (host == public_base.npos) return {};
    std::size_t path = public_base.find('/', host + 3);
    return path == public_base.npos ? std::string_view() : public_base.substr(path);
}

std::optional<Asked> asked_for(std::string_view path, std::string_view public_base) {
    std::size_t last = path.rfind('/');
    if (last == path.npos) return {};
    Asked asked{path.substr(0, last), path.substr(last)};
    bool one_of_several = !instance_path(public_base).empty();
    bool ours = asked.instance.empty() || (one_of_several && is_instance_path(asked.instance));
    return ours ? std::optional(asked) : std::nullopt;
}

Result<PublicBaseSource> PublicBaseSource::open(std::string_view option,
                                                const config::Settings& settings) {
    PublicBaseSource source;
    if (option == "-") {
        source.kind_ = Kind::lines;
        if (::isatty(0) == 1)
            return Error{Errc::usage,
                         "--public-url - reads URLs from a pipe: pa-tunnel | pa-webhook-sync | "
                         "pa-bridge --public-url -"};
        return source;
    }
    if (option.starts_with('@')) {
        source.kind_ = Kind::file;
        source.value_ = resolve_path(settings.directory, option.substr(1));
        if (!file_exists(source.value_))
            cli::say(fmt::format("{} is not there yet: waiting for what pa-webhook-sync writes",
                                 source.value_));
        return source;
    }
    std::string fixed = option.empty() ? settings.public_url : std::string(option);
    if (fixed.empty()) {
        fixed = ask_ngrok(settings);
        source.kind_ = Kind::ngrok;
    }
    if (fixed.empty()) {
        fixed = fmt::format("http://127.0.0.1:{}", settings.port);
        source.kind_ = Kind::loopback;
    }
    auto base = check_public_base(fixed);
    if (!base)
        return Error{option.empty() ? Errc::config : Errc::usage,
                     "public URL: " + base.error().what};
    source.value_ = *base;
    return source;
}

std::optional<std::string> PublicBaseSource::update(TimePoint now) {
    std::optional<std::string> found;
    switch (kind_) {
        case Kind::lines: found = read_lines(); break;
        case Kind::file: found = read_watched_file(); break;
        default: found = value_;
    }
    next_ = now + (kind_ == Kind::file ? file_period : settled);
    if (!found || *found == told_) return std::nullopt;
    told_ = *found;
    return found;
}

std::optional<std::string> PublicBaseSource::read_lines() {
    char buffer[4096];
    ssize_t n = ::read(0, buffer, sizeof buffer);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) return std::nullopt;
    if (n <= 0) {
        ended_ = true;
        return std::nullopt;
    }
    lines_.feed(std::string_view(buffer, static_cast<std::size_t>(n)));
    std::optional<std::string> last;
    while (auto line = lines_.next()) {
        if (trim(*line).empty()) continue;
        auto base = check_public_base(*line);
        if (base)
            last = *base;
        else
            cli::warn("stdin: " + base.error().what);
    }
    return last;
}

std::optional<std::string> PublicBaseSource::read_watched_file() {
    auto text = read_file(value_, 65536);
    if (!text) return std::nullopt;  // not there yet, or being replaced
    // The writer may be in the middle of a line; the last whole one counts.
    std::string_view whole = std::string_view(*text).substr(0, text->rfind('\n') + 1);
    std::string_view last = trim(whole);
    last = trim(last.substr(last.rfind('\n') + 1));
    if (last.empty()) return std::nullopt;
    auto base = check_public_base(last);
    if (base) return *base;
    if (complained_ != last) cli::warn(value_ + ": " + base.error().what);
    complained_ = last;
    return std::nullopt;
}

}  // namespace pa::bridge
