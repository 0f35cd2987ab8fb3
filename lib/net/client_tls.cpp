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

// A session that began, or a ticket for the next: 1 takes it over.
int keep_session(SSL* tls, SSL_SESSION* session) {
    auto* place = static_cast<TlsSession*>(SSL_get_app_data(tls));
    if (place == nullptr) return 0;
    place->reset(session);
    return 1;
}

}  // namespace

void FreeTls::operator()(ssl_ctx_st* tls) const { SSL_CTX_free(tls); }
void FreeTls::operator()(ssl_session_st* session) const { SSL_SESSION_free(session); }

Result<ClientTls> make_client_tls(const std::string& ca_file) {
    ERR_clear_error();
    ClientTls tls(SSL_CTX_new(TLS_client_method()));
    if (tls == nullptr) return tls_error("TLS");
    SSL_CTX_set_min_proto_version(tls.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(tls.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_options(tls.get(), SSL_OP_NO_RENEGOTIATION);
    // Buffers of 2 x 16 KiB are kept only while there is something in them.
    SSL_CTX_set_mode(tls.get(), SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(tls.get(), 1);  // a record takes one system call and not two
    SSL_CTX_set_session_cache_mode(tls.get(),
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
    SSL_CTX_sess_set_new_cb(tls.get(), keep_session);
    if (ca_file.empty()) return tls;
    if (auto text = read_file(ca_file); !text)
        return Error{Errc::config, text.error().in("trusted certificates").what};
    if (SSL_CTX_load_verify_file(tls.get(), ca_file.c_str()) != 1)
        return tls_error("trusted certificates: " + ca_file);
    return tls;
}

std::function<void(ssl_ctx_st&)> load_authorities() {
    std::shared_ptr<X509_STORE> store(X509_STORE_new(), X509_STORE_free);
    if (store != nullptr) X509_STORE_set_default_paths(store.get());
    return [store](ssl_ctx_st& tls) { SSL_CTX_set1_cert_store(&tls, store.get()); };
}

}  // namespace pa::net
