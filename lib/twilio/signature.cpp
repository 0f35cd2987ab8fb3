#include "twilio/signature.hpp"

#include <algorithm>
#include <vector>

#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"

namespace pa::twilio {
namespace {

/// A URL cut where the candidates differ; the pieces joined are the URL again.
struct Pieces {
    std::string_view scheme;     // with "://"
    std::string_view authority;  // user info and host
    std::string_view port;       // with ":"
    std::string_view rest;       // path and query
};

Pieces cut(std::string_view url) {
    Pieces p;
    url = url.substr(0, url.find('#'));  // never sent, so never signed
    std::size_t colon = url.find("://");
    if (colon != std::string_view::npos) p.scheme = url.substr(0, colon + 3);
    url.remove_prefix(p.scheme.size());
    p.authority = url.substr(0, url.find_first_of("/?#"));
    p.rest = url.substr(p.authority.size());
    std::size_t port =
        p.authority.find_last_not_of("0123456789");  // user:pass@ has an @ behind its ':'
    if (port != std::string_view::npos && p.authority[port] == ':') {
        p.port = p.authority.substr(port);
        p.authority.remove_suffix(p.port.size());
    }
    return p;
}

std::string join(const Pieces& p, std::string_view port) {
    std::string url;
    for (std::string_view piece : {p.scheme, p.authority, port, p.rest}) url += piece;
    return url;
}

/// Twilio drops the port of https and may write the default one; a library on its side writes a raw
/// apostrophe of the query as %27.
std::vector<std::string> candidates(std::string_view url) {
    Pieces p = cut(url);
    bool secure = p.scheme == "https://" || p.scheme == "wss://";
    std::vector<std::string> urls{join(p, ""), join(p, !p.port.empty() ? p.port
                                                       : secure        ? ":443"
                                                                       : ":80")};
    if (std::size_t query = p.rest.find('?');
        query != std::string_view::npos && p.rest.find('\'', query) != std::string_view::npos) {
        std::string rest(p.rest.substr(0, query));
        rest += replace_all(std::string(p.rest.substr(query)), "'", "%27");
        p.rest = rest;
        urls.push_back(join(p, ""));
        urls.push_back(join(p, !p.port.empty() ? p.port : secure ? ":443" : ":80"));
    }
    return urls;
}

std::string sign(const Secret& token, std::string_view text) {
    return base64_encode(hmac_sha1(token.reveal(), text));
}

std::string parameters_text(const Form& form) {
    std::vector<std::pair<std::string_view, std::string_view>> sorted(form.begin(), form.end());
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    std::string text;
    for (const auto& [name, value] : sorted) {
        text += name;
        text += value;
    }
    return text;
}

bool any_matches(const Secret& token, const std::vector<std::string>& urls,
                 std::string_view parameters, std::string_view header) {
    if (token.empty() || header.empty()) return false;
    bool found = false;
    for (std::string text : urls) {
        text += parameters;
        if (equal_constant_time(sign(token, text), header)) found = true;  // no early way out
    }
    return found;
}

/// The raw value of a query's parameter, or "".
std::string_view query_value(std::string_view url, std::string_view name) {
    std::size_t mark = url.find('?');
    if (mark == std::string_view::npos) return {};
    for (std::string_view field : split(url.substr(mark + 1), '&'))
        if (field.size() > name.size() && field.starts_with(name) && field[name.size()] == '=')
            return field.substr(name.size() + 1);
    return {};
}

/// True if `target` is `path` or below it.
bool below(std::string_view target, std::string_view path) {
    return target.starts_with(path) && (target.size() == path.size() ||
                                        target[path.size()] == '/' || target[path.size()] == '?');
}

}  // namespace

std::string public_url_of(std::string_view public_base, std::string_view target) {
    Pieces base = cut(public_base.substr(0, public_base.find('?')));
    if (base.scheme.empty() || base.authority.empty()) return {};
    while (base.rest.ends_with('/')) base.rest.remove_suffix(1);
    if (below(target, base.rest)) base.rest = {};
    std::string url = join(base, base.port);
    if (!target.starts_with('/')) url += '/';
    url += target;
    return url;
}

std::string public_socket_url_of(std::string_view public_base, std::string_view target) {
    std::string url = public_url_of(public_base, target);
    return url.starts_with("http") ? "ws" + url.substr(4) : url;
}

bool valid_form_signature(const Secret& token, std::string_view url, const Form& form,
                          std::string_view header) {
    if (url.empty()) return false;
    return any_matches(token, candidates(url), parameters_text(form), header);
}

bool valid_json_signature(const Secret& token, std::string_view url, std::string_view body,
                          std::string_view header) {
    std::string_view claimed = query_value(url, "bodySHA256");
    if (!equal_constant_time(to_lower(claimed), hex(sha256(body)))) return false;
    return any_matches(token, candidates(url), {}, header);
}

bool valid_socket_signature(const Secret& token, std::string_view url, std::string_view header) {
    if (url.empty()) return false;
    std::vector<std::string> urls = candidates(url);
    for (std::size_t i = 0, plain = urls.size(); i < plain; ++i) urls.push_back(urls[i] + "/");
    return any_matches(token, urls, {}, header);
}

std::string sign_form(const Secret& token, std::string_view url, const Form& form) {
    return sign(token, std::string(url.substr(0, url.find('#'))) + parameters_text(form));
}

std::string sign_socket(const Secret& token, std::string_view url) {
    return sign_form(token, url, {});
}

}  // namespace pa::twilio
