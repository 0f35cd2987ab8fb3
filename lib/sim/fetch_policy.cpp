#include "sim/fetch_policy.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace pa::sim {

namespace {

int number(std::string_view text, int otherwise, int low, int high) {
    int n = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), n);
    return bad == std::errc() && end == text.data() + text.size() ? std::clamp(n, low, high)
                                                                  : otherwise;
}

void read_reasons(FetchPolicy& p, std::string_view text) {
    p.on_4xx = p.on_5xx = p.on_connect = p.on_read = false;
    for (const auto reason : split(text, ',')) {
        const bool all = reason == "all";
        p.on_4xx = p.on_4xx || all || reason == "4xx";
        p.on_5xx = p.on_5xx || all || reason == "5xx";
        p.on_connect = p.on_connect || all || reason == "ct";
        p.on_read = p.on_read || all || reason == "rt";
    }
}

}  // namespace

FetchPolicy FetchPolicy::of(std::string_view url) {
    FetchPolicy p;
    const auto hash = url.find('#');
    if (hash == std::string_view::npos) return p;
    using ms = std::chrono::milliseconds;
    for (const auto& [name, value] : form_decode(url.substr(hash + 1))) {
        if (name == "ct") p.connect = ms(number(value, 5000, 100, 10'000));
        if (name == "rt") p.read = ms(number(value, 15'000, 100, 15'000));
        if (name == "tt") p.total = ms(number(value, 15'000, 100, 15'000));
        if (name == "rc") p.retries = number(value, 1, 0, 5);
        if (name == "rp") read_reasons(p, value);
    }
    return p;
}

bool FetchPolicy::again(int status, bool connected) const {
    if (status == 0) return connected ? on_read : on_connect;
    return (status / 100 == 4 && on_4xx) || (status / 100 == 5 && on_5xx);
}

std::string without_fragment(std::string_view url) {
    return std::string(url.substr(0, url.find('#')));
}

std::string signed_url(std::string_view url) {
    Url parts;
    if (!Url::parse(url, parts)) return without_fragment(url);
    // The host as it is written: Url makes it lower case, Twilio does not.
    std::string text = without_fragment(url);
    const auto begin = text.find("://") + 3,
               end = std::min(text.find_first_of("/?", begin), text.size());
    std::string authority = text.substr(begin, end - begin);
    if (const auto at = authority.rfind('@'); at != std::string::npos) authority.erase(0, at + 1);
    if (parts.secure() && parts.port != 0) authority.resize(authority.rfind(':'));
    return text.replace(begin, end - begin, authority);
}

std::string resolve_url(std::string_view base, std::string_view reference) {
    if (reference.empty()) return std::string(base);
    if (reference.find("://") != std::string_view::npos) return std::string(reference);
    Url parts;
    if (!Url::parse(base, parts)) return std::string(reference);
    if (reference.starts_with('/')) return parts.origin() + std::string(reference);
    const auto path = parts.target.substr(0, parts.target.find('?'));
    return parts.origin() + path.substr(0, path.rfind('/') + 1) + std::string(reference);
}

}  // namespace pa::sim
