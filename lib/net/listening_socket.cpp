#include "net/listening_socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "base/text.hpp"
#include "net/server.hpp"

namespace pa::net {
namespace {

constexpr int kBacklog = 1024;

Error cannot_listen(const std::string& where) {
    return {Errc::io, fmt::format("{}: {}", where, to_lower(std::strerror(errno)))};
}

Fd open_socket(int family, int type = SOCK_STREAM) {
    return Fd(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

Result<Fd> listen_tcp(const ServerOptions& options) {
    const std::string where = fmt::format("{}:{}", options.address, options.port);
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV | AI_NUMERICHOST;
    addrinfo* list = nullptr;
    const std::string host = options.address == "localhost" ? "127.0.0.1" : options.address;
    if (int failed =
            ::getaddrinfo(host.c_str(), std::to_string(options.port).c_str(), &hints, &list);
        failed != 0)
        return Error{Errc::io, fmt::format("{}: {}", where, ::gai_strerror(failed))};
    std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(list, &::freeaddrinfo);
    Fd fd = open_socket(list->ai_family);
    int on = 1;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (!fd || ::bind(fd.get(), list->ai_addr, list->ai_addrlen) != 0 ||
        ::listen(fd.get(), kBacklog) != 0)
        return cannot_listen(where);
    return fd;
}

Result<sockaddr_un> address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return Error{Errc::io, fmt::format("{}: the path of a socket has at most {} bytes", path,
                                           sizeof address.sun_path - 1)};
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

// errno of connect(), 0 if it stands.
int connect_to(int fd, const sockaddr_un& address) {
    return ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0
                                                                                           : errno;
}

// Who was at the other end when it connected or listened. pid 0: not known.
ucred peer_of(int fd) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return {};
    return peer;
}

// A socket file stays behind when its process dies. It is taken away if nobody answers there.
Status remove_stale(const std::string& path, const sockaddr_un& address, int type) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) return Done{};
    if (!S_ISSOCK(info.st_mode)) return Error{Errc::io, path + ": exists and is not a socket"};
    Fd probe = open_socket(AF_UNIX, type);
    int failed = connect_to(probe.get(), address);
    if (failed == 0 || failed == EAGAIN) {  // EAGAIN: alive, with a full backlog
        ucred peer = failed == 0 ? peer_of(probe.get()) : ucred{};
        return Error{Errc::io,
                     peer.pid != 0
                         ? fmt::format("{}: process {} listens there already", path, peer.pid)
                         : fmt::format("{}: a process listens there already", path)};
    }
    if (failed != ECONNREFUSED) {
        errno = failed;
        return cannot_listen(path);
    }
    ::unlink(path.c_str());
    return Done{};
}

Result<Fd> take_over(int inherited) {
    Fd fd(inherited);
    int listens = 0;
    socklen_t size = sizeof listens;
    if (::getsockopt(inherited, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0)
        return Error{Errc::io, fmt::format("descriptor {}: not a listening socket", inherited)};
    ::fcntl(inherited, F_SETFD, FD_CLOEXEC);
    ::fcntl(inherited, F_SETFL, ::fcntl(inherited, F_GETFL) | O_NONBLOCK);
    ::listen(inherited, kBacklog);  // whoever connects sees us from now on, not who was before us
    return fd;
}

}  // namespace

Result<Fd> listen_unix(const std::string& path, int type) {
    auto address = address_of(path);
    if (!address) return address.error();
    if (Status removed = remove_stale(path, *address, type); !removed) return removed.error();
    Fd fd = open_socket(AF_UNIX, type);
    // Nobody can connect between bind and listen, so the mode is right before anybody can.
    if (!fd || ::bind(fd.get(), reinterpret_cast<sockaddr*>(&*address), sizeof *address) != 0 ||
        ::chmod(path.c_str(), 0600) != 0 || ::listen(fd.get(), kBacklog) != 0)
        return cannot_listen(path);
    return fd;
}

Result<Fd> connect_unix(const std::string& path, int type) {
    auto address = address_of(path);
    if (!address) return address.error();
    Fd fd = open_socket(AF_UNIX, type);
    if (int failed = connect_to(fd.get(), *address); failed != 0)
        return Error{failed == ENOENT || failed == ECONNREFUSED ? Errc::no : Errc::io,
                     fmt::format("{}: {}", path, to_lower(std::strerror(failed)))};
    return fd;
}

bool same_user(int fd) {
    ucred peer = peer_of(fd);
    return peer.pid != 0 && peer.uid == ::geteuid();
}

Result<Fd> open_listening_socket(const ServerOptions& options) {
    if (options.listening_fd >= 0) return take_over(options.listening_fd);
    return options.unix_socket.empty() ? listen_tcp(options)
                                       : listen_unix(options.unix_socket, SOCK_STREAM);
}

Result<Fd> reserve_port() {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    Fd fd = open_socket(AF_INET);
    int on = 1;
    // Two sockets that say so may have one port, as long as one of them does not listen.
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (!fd || ::bind(fd.get(), reinterpret_cast<sockaddr*>(&any), sizeof any) != 0)
        return cannot_listen("127.0.0.1:0");
    return fd;
}

int port_of(int fd) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    if (address.ss_family == AF_INET)
        return ntohs(reinterpret_cast<sockaddr_in*>(&address)->sin_port);
    if (address.ss_family == AF_INET6)
        return ntohs(reinterpret_cast<sockaddr_in6*>(&address)->sin6_port);
    return 0;
}

void remove_socket_file(int fd, const std::string& path) {
    // The file's inode is not the socket's: connecting tells whether this process listens there. A
    // successor that has taken the name, or the socket, is another one.
    int type = SOCK_STREAM;
    socklen_t size = sizeof type;
    auto address = address_of(path);
    if (!address || ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0) return;
    Fd probe = open_socket(AF_UNIX, type);
    if (connect_to(probe.get(), *address) == 0 && peer_of(probe.get()).pid == ::getpid())
        ::unlink(path.c_str());
}

Fd accept_connection(int fd, std::string& peer) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    Fd accepted(
        ::accept4(fd, reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!accepted) return accepted;
    char text[NI_MAXHOST] = "";
    if (address.ss_family != AF_UNIX) {
        int on = 1;
        ::setsockopt(accepted.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ::getnameinfo(reinterpret_cast<sockaddr*>(&address), size, text, sizeof text, nullptr, 0,
                      NI_NUMERICHOST);
    }
    peer = text;
    return accepted;
}

}  // namespace pa::net
