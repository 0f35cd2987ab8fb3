#include "sim/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

#include "base/file.hpp"

namespace pa::sim {

namespace {

constexpr long kDay = 24L * 3600;

template <auto free_it>
struct Free {
    template <class T>
    void operator()(T* handle) const {
        free_it(handle);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;

bool extend(X509* certificate, X509* issuer, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

/// Everything but extensions and signature. Serial numbers differ so that a new authority's
/// certificates are never taken for an old one's.
Certificate blank(EVP_PKEY* key, const char* common_name) {
    Certificate c(X509_new());
    X509_set_version(c.get(), X509_VERSION_3);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(c.get()),
                            static_cast<std::uint64_t>(std::time(nullptr)));
    X509_gmtime_adj(X509_getm_notBefore(c.get()), -kDay);
    X509_gmtime_adj(X509_getm_notAfter(c.get()), 30 * kDay);
    X509_set_pubkey(c.get(), key);
    auto name = reinterpret_cast<const unsigned char*>(common_name);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(c.get()), "CN", MBSTRING_ASC, name, -1, -1, 0);
    return c;
}

bool sign(X509* certificate, X509* issuer, EVP_PKEY* key) {
    return X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
           X509_sign(certificate, key, EVP_sha256()) > 0;
}

Certificate make_authority(EVP_PKEY* key) {
    auto ca = blank(key, "pa-sim throw-away authority");
    const bool made = extend(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE") &&
                      extend(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign") &&
                      extend(ca.get(), ca.get(), NID_subject_key_identifier, "hash") &&
                      sign(ca.get(), ca.get(), key);
    return made ? std::move(ca) : nullptr;
}

Certificate make_leaf(EVP_PKEY* key, X509* ca, EVP_PKEY* ca_key) {
    auto c = blank(key, "localhost");
    const bool made = extend(c.get(), ca, NID_subject_alt_name,
                             "DNS:localhost,DNS:*.localhost,IP:127.0.0.1,IP:::1") &&
                      extend(c.get(), ca, NID_ext_key_usage, "serverAuth") &&
                      extend(c.get(), ca, NID_authority_key_identifier, "keyid") &&
                      sign(c.get(), ca, ca_key);
    return made ? std::move(c) : nullptr;
}

template <class Write>
Status write_pem(const std::string& path, Write write) {
    Bio bio(BIO_new(BIO_s_mem()));
    if (!bio || write(bio.get()) != 1) return Error{Errc::bug, path + ": no PEM"};
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return write_file(path, {text, static_cast<std::size_t>(size)});
}

bool good_for_a_day(const TestCertificates& t) {
    if (!file_exists(t.ca_file) || !file_exists(t.key_file)) return false;
    Bio bio(BIO_new_file(t.certificate_file.c_str(), "r"));
    if (!bio) return false;
    Certificate c(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    std::time_t tomorrow = std::time(nullptr) + kDay;
    return c && X509_cmp_time(X509_get0_notAfter(c.get()), &tomorrow) > 0;
}

}  // namespace

Result<TestCertificates> make_test_certificates(const std::string& folder) {
    if (auto made = make_directory(folder); !made) return made.error();
    auto lock = FileLock::acquire(folder + "/lock");
    if (!lock) return lock.error();
    TestCertificates t{folder + "/ca.pem", folder + "/certificate.pem", folder + "/key.pem"};
    if (good_for_a_day(t)) return t;

    Key ca_key(EVP_EC_gen("P-256")), key(EVP_EC_gen("P-256"));
    const Certificate ca = make_authority(ca_key.get());
    const Certificate leaf = ca ? make_leaf(key.get(), ca.get(), ca_key.get()) : nullptr;
    if (!leaf) return Error{Errc::bug, "cannot make a certificate"};
    auto ca_text = [&](BIO* b) { return PEM_write_bio_X509(b, ca.get()); };
    auto leaf_text = [&](BIO* b) { return PEM_write_bio_X509(b, leaf.get()); };
    auto key_text = [&](BIO* b) {
        return PEM_write_bio_PrivateKey(b, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    };
    if (auto s = write_pem(t.ca_file, ca_text); !s) return s.error();
    if (auto s = write_pem(t.key_file, key_text); !s) return s.error();
    if (auto s = write_pem(t.certificate_file, leaf_text); !s)
        return s.error();  // last: marks the set whole
    return t;
}

}  // namespace pa::sim
