#include "net/http.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "base/text.hpp"

namespace pa::net {
namespace {

constexpr std::size_t kMaxBody = 64U << 20U;

struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

void add(List& list, const std::string& line) {
    list.reset(curl_slist_append(list.release(), line.c_str()));
}

std::size_t take_body(char* data, std::size_t, std::size_t size, void* to) {
    auto& body = static_cast<HttpResponse*>(to)->body;
    if (body.size() + size > kMaxBody) return CURL_WRITEFUNC_ERROR;
    body.append(data, size);
    return size;
}

// Called for every line of every head: a 100 Continue comes before the one that counts.
std::size_t take_header(char* data, std::size_t, std::size_t size, void* to) {
    auto& headers = static_cast<HttpResponse*>(to)->headers;
    std::string_view line(data, size);
    if (line.starts_with("HTTP/")) headers.clear();
    if (std::size_t colon = line.find(':'); colon != std::string_view::npos)
        headers.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
    return size;
}

List header_list(const HttpRequest& request) {
    List list;
    bool typed = false;
    for (const auto& [name, value] : request.headers) {
        // "Name;" is how curl is told to send a header without a value.
        add(list, value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
        typed = typed || same_header(name, "Content-Type");
    }
    if (!typed) add(list, "Content-Type:");  // curl would call any body a form
    add(list, "Expect:");                    // no waiting for 100 Continue
    return list;
}

void set_method(CURL* easy, const HttpRequest& request) {
    if (request.method == "GET" && request.body.empty()) {
        curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    } else if (request.method == "HEAD") {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else {
        if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
            curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
            curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                             static_cast<curl_off_t>(request.body.size()));
        }
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
}

/// Called about once a second while nothing happens, more often while something does.
int stop_if_given_up(void* give_up, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return *static_cast<const std::atomic<bool>*>(give_up) ? 1 : 0;
}

// libcurl on Debian looks for its authorities in a fixed place only; OpenSSL's variable is what
// every other program listens to.
void set_authorities(CURL* easy) {
    if (const char* file = std::getenv("SSL_CERT_FILE"); file != nullptr && *file != '\0')
        curl_easy_setopt(easy, CURLOPT_CAINFO, file);
}

}  // namespace

struct CurlHttp::Impl {
    std::unique_ptr<CURL, FreeEasy> easy;
    char reason[CURL_ERROR_SIZE] = "";
    bool never_sent = false;
    const std::atomic<bool>* give_up = nullptr;

    void prepare(const HttpRequest& request, curl_slist* headers, HttpResponse& response);
    [[nodiscard]] Error error(CURLcode code, const HttpRequest& request, const Url& url);
    [[nodiscard]] bool stopped_before_sending(CURLcode code);
};

void CurlHttp::Impl::prepare(const HttpRequest& request, curl_slist* headers,
                             HttpResponse& response) {
    CURL* h = easy.get();
    curl_easy_reset(h);  // keeps the connections
    reason[0] = '\0';
    curl_easy_setopt(h, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(h, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(h, CURLOPT_QUICK_EXIT, 1L);  // a silent name server must not hold up the exit
    curl_easy_setopt(h, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(h, CURLOPT_NOPROXY, "127.0.0.1,localhost,::1");
    curl_easy_setopt(h, CURLOPT_USERAGENT, "phone-agent/" PA_VERSION);
    curl_easy_setopt(h, CURLOPT_TIMEOUT_MS,
                     static_cast<long>(std::max<std::int64_t>(1, request.timeout.count())));
    if (give_up != nullptr) {
        curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, stop_if_given_up);
        curl_easy_setopt(h, CURLOPT_XFERINFODATA, give_up);
    }
    set_authorities(h);
    set_method(h, request);
    curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers);
    if (!request.unix_socket.empty())
        curl_easy_setopt(h, CURLOPT_UNIX_SOCKET_PATH, request.unix_socket.c_str());
    if (!request.user.empty()) {
        curl_easy_setopt(h, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(h, CURLOPT_USERNAME, request.user.c_str());
        curl_easy_setopt(h, CURLOPT_PASSWORD, request.password.c_str());
    }
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, &response);
    curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(h, CURLOPT_HEADERDATA, &response);
}

bool CurlHttp::Impl::stopped_before_sending(CURLcode code) {
    switch (code) {
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_CONNECT:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_PEER_FAILED_VERIFICATION: return true;
        case CURLE_OPERATION_TIMEDOUT: break;
        default: return false;
    }
    curl_off_t ready = 0;  // when the connection, with TLS, was ready to send; 0: it never was
    return curl_easy_getinfo(easy.get(), CURLINFO_PRETRANSFER_TIME_T, &ready) == CURLE_OK &&
           ready == 0;
}

Error CurlHttp::Impl::error(CURLcode code, const HttpRequest& request, const Url& url) {
    const std::string where = request.unix_socket.empty() ? url.host : request.unix_socket;
    const std::string said = reason[0] != '\0' ? reason : curl_easy_strerror(code);
    long number = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_OS_ERRNO, &number);
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
            return {Errc::later, fmt::format("cannot resolve {}", where)};
        case CURLE_COULDNT_CONNECT:
            if (!request.unix_socket.empty() || number == 0)
                return {Errc::later, fmt::format("cannot connect to {}: {}", where, said)};
            return {Errc::later,
                    fmt::format("cannot connect to {} port {}: {}", where, url.effective_port(),
                                to_lower(std::strerror(static_cast<int>(number))))};
        case CURLE_OPERATION_TIMEDOUT:
            return {Errc::later, fmt::format("{} did not answer within {:g} s", where,
                                             static_cast<double>(request.timeout.count()) / 1000)};
        case CURLE_PEER_FAILED_VERIFICATION:
            return {Errc::config, fmt::format("certificate of {} not trusted: {}", where, said)};
        case CURLE_SSL_CACERT_BADFILE:
            return {Errc::config, fmt::format("trusted certificates: {}", said)};
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL:
            return {Errc::config, fmt::format("not a usable URL: {}", request.url)};
        case CURLE_WRITE_ERROR:
            return {Errc::later, fmt::format("answer of {} is larger than 64 MiB", where)};
        default: return {Errc::later, fmt::format("connection to {} broke off: {}", where, said)};
    }
}

CurlHttp::CurlHttp(const std::atomic<bool>* give_up) : impl_(std::make_unique<Impl>()) {
    impl_->give_up = give_up;
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (ready == CURLE_OK) impl_->easy.reset(curl_easy_init());
}
CurlHttp::~CurlHttp() = default;

Result<HttpResponse> CurlHttp::send(const HttpRequest& request) {
    impl_->never_sent = true;
    Url url;
    if (!Url::parse(request.url, url) || (url.scheme != "http" && url.scheme != "https"))
        return Error{Errc::config, "not a usable URL: " + request.url};
    if (!impl_->easy) return Error{Errc::bug, "cannot start libcurl"};
    HttpResponse response;
    List headers = header_list(request);
    impl_->prepare(request, headers.get(), response);
    CURLcode code = curl_easy_perform(impl_->easy.get());
    if (code != CURLE_OK) {
        impl_->never_sent = impl_->stopped_before_sending(code);
        return impl_->error(code, request, url);
    }
    impl_->never_sent = false;
    long status = 0;
    curl_easy_getinfo(impl_->easy.get(), CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
    return response;
}

bool CurlHttp::never_sent() const { return impl_->never_sent; }

}  // namespace pa::net
