// A throw-away authority and a certificate of its for loopback, so that the simulated world speaks
// TLS as the real one does. Never for anything but tests on one machine.
#pragma once

#include <string>

#include "base/result.hpp"

namespace pa::sim {

struct TestCertificates {
    std::string ca_file;           // PEM of the authority alone: what clients trust (SSL_CERT_FILE)
    std::string certificate_file;  // PEM, for localhost, *.localhost, 127.0.0.1 and ::1
    std::string key_file;          // PEM, mode 0600
};

/// In `folder`, which is made if need be: ca.pem, certificate.pem, key.pem. Those that are there
/// and good for another day are kept; several processes may ask at once. Errc::io if it cannot be
/// written.
[[nodiscard]] Result<TestCertificates> make_test_certificates(const std::string& folder);

}  // namespace pa::sim
