// Sockets that listen: TCP, unix, inherited.
#pragma once

#include <string>

#include "base/file.hpp"
#include "base/result.hpp"

namespace pa::net {

struct ServerOptions;

/// Non-blocking, not inherited by children. Errc::io names address and reason.
[[nodiscard]] Result<Fd> open_listening_socket(const ServerOptions& options);

/// A port of 127.0.0.1 that nobody has. As long as the socket lives, the kernel gives it to nobody
/// who asks for any port, and a server of ours can listen there (on Linux; elsewhere it is only
/// chosen, and not kept). A connection to it is refused until then.
[[nodiscard]] Result<Fd> reserve_port();

/// 0 if it has none.
[[nodiscard]] int port_of(int fd);

/// `type` is SOCK_STREAM or SOCK_SEQPACKET. The file has mode 0600; a stale one is replaced, one
/// where somebody listens is an error that names the process.
[[nodiscard]] Result<Fd> listen_unix(const std::string& path, int type);
/// Errc::no: nobody listens there.
[[nodiscard]] Result<Fd> connect_unix(const std::string& path, int type);
/// The process at the other end of a unix socket is the same user's.
[[nodiscard]] bool same_user(int fd);

/// Takes the file of a unix socket away if it is this process that listens there, on `fd`.
void remove_socket_file(int fd, const std::string& path);

/// The next connection waiting on `fd`, with TCP_NODELAY; its address in `peer` ("" if it has
/// none). No Fd and errno if there is none.
[[nodiscard]] Fd accept_connection(int fd, std::string& peer);

}  // namespace pa::net
