#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/file.hpp"
#include "net/loop_impl.hpp"

namespace pa::net {
namespace {

Error tls_error(const std::string& place) {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return {Errc::config, fmt::format("{}: {}", place, reason == nullptr ? "unusable" : reason)};
}

}  // namespace

void FreeTls::operator()(ssl_ctx_st* tls) const { SSL_CTX_free(tls); }

Result<ClientTls> make_client_tls(const std::string& ca_file) {
    ERR_clear_error();
    ClientTls tls(SSL_CTX_new(TLS_client_method()));
    if (tls == nullptr) return tls_error("TLS");
    SSL_CTX_set_min_proto_version(tls.get(), TLS1_2_VERSION);
    // Buffers of 2 x 16 KiB are kept only while there is something in them.
    SSL_CTX_set_mode(tls.get(), SSL_MODE_RELEASE_BUFFERS);
    if (ca_file.empty()) {
        SSL_CTX_set_default_verify_paths(tls.get());
        return tls;
    }
    if (auto text = read_file(ca_file); !text)
        return Error{Errc::config, text.error().in("trusted certificates").what};
    if (SSL_CTX_load_verify_file(tls.get(), ca_file.c_str()) != 1)
        return tls_error("trusted certificates: " + ca_file);
    return tls;
}

}  // namespace pa::net
