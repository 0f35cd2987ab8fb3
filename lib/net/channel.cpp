#include "net/channel.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

#include <cassert>
#include <cerrno>
#include <cstring>
#include <deque>
#include <vector>

#include "net/listening_socket.hpp"
#include "net/loop_impl.hpp"
#include "net/server.hpp"

namespace pa::net {
namespace {

struct Message {
    std::string text;
    Fd fd;
};

// Room for one descriptor beside a message, aligned as the system wants it.
struct Beside {
    alignas(cmsghdr) char bytes[CMSG_SPACE(sizeof(int))] = {};
};

ssize_t send_message(int socket, std::string_view text, int fd) {
    iovec piece{const_cast<char*>(text.data()), text.size()};
    msghdr head{};
    head.msg_iov = &piece;
    head.msg_iovlen = 1;
    Beside beside;
    if (fd >= 0) {
        head.msg_control = beside.bytes;
        head.msg_controllen = sizeof beside.bytes;
        cmsghdr* control = CMSG_FIRSTHDR(&head);
        control->cmsg_level = SOL_SOCKET;
        control->cmsg_type = SCM_RIGHTS;
        control->cmsg_len = CMSG_LEN(sizeof fd);
        std::memcpy(CMSG_DATA(control), &fd, sizeof fd);
    }
    return ::sendmsg(socket, &head, MSG_NOSIGNAL);
}

/// Bytes read; 0: the other end has gone, -1: see errno.
ssize_t receive_message(int socket, std::vector<char>& room, Fd& fd) {
    iovec piece{room.data(), room.size()};
    msghdr head{};
    Beside beside;
    head.msg_iov = &piece;
    head.msg_iovlen = 1;
    head.msg_control = beside.bytes;
    head.msg_controllen = sizeof beside.bytes;
    ssize_t got = ::recvmsg(socket, &head, MSG_CMSG_CLOEXEC);
    cmsghdr* control = got > 0 ? CMSG_FIRSTHDR(&head) : nullptr;
    if (control != nullptr && control->cmsg_type == SCM_RIGHTS) {
        int number = -1;
        std::memcpy(&number, CMSG_DATA(control), sizeof number);
        fd = Fd(number);
    }
    return got;
}

bool again() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

struct Channel::Impl {
    uv_poll_t poll{};
    Fd socket;
    Handler* handler;  // null: nobody listens any more
    std::deque<Message> waiting;
    std::vector<char> room;
    bool over = false;

    void watch();
    void ready(int events);
    void read_all();
    void write_waiting();
    void ended();
};

void Channel::Impl::watch() {
    if (over || handler == nullptr) return;
    uv_poll_start(&poll, UV_READABLE | (waiting.empty() ? 0 : UV_WRITABLE),
                  [](uv_poll_t* handle, int status, int events) {
                      static_cast<Impl*>(handle->data)->ready(status < 0 ? UV_READABLE : events);
                  });
}

void Channel::Impl::ready(int events) {
    if ((events & UV_WRITABLE) != 0) write_waiting();
    if ((events & UV_READABLE) != 0) read_all();
}

// Nothing of ours is touched once the handler has let go of the channel: its memory stays until
// the loop has closed the handle, and `handler` tells.
void Channel::Impl::read_all() {
    while (handler != nullptr && !over) {
        Fd fd;
        ssize_t got = receive_message(socket.get(), room, fd);
        if (got < 0 && again()) return;
        if (got <= 0) return ended();
        handler->message({room.data(), static_cast<std::size_t>(got)}, std::move(fd));
    }
}

void Channel::Impl::write_waiting() {
    while (!waiting.empty()) {
        const Message& next = waiting.front();
        if (send_message(socket.get(), next.text, next.fd.get()) < 0) {
            if (!again()) waiting.clear();  // reading tells that it has gone
            break;
        }
        waiting.pop_front();
    }
    watch();
}

void Channel::Impl::ended() {
    over = true;
    uv_poll_stop(&poll);
    if (handler != nullptr) handler->closed();
}

Channel::Channel(EventLoop& loop, Fd socket, Handler& handler) : impl_(new Impl) {
    impl_->socket = std::move(socket);
    impl_->handler = &handler;
    impl_->room.resize(max_message);
    int room = static_cast<int>(max_message);
    ::setsockopt(impl_->socket.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    [[maybe_unused]] int code = uv_poll_init(loop.impl().uv, &impl_->poll, impl_->socket.get());
    assert(code == 0);  // a socket that nobody else watches
    impl_->poll.data = impl_;
    impl_->watch();
}

Channel::~Channel() {
    impl_->handler = nullptr;
    uv_close(reinterpret_cast<uv_handle_t*>(&impl_->poll),
             [](uv_handle_t* handle) { delete static_cast<Impl*>(handle->data); });
}

bool Channel::send(std::string_view text, int fd) {
    if (impl_->over || text.empty() || text.size() > max_message) return false;
    if (impl_->waiting.empty()) {
        if (send_message(impl_->socket.get(), text, fd) >= 0) return true;
        if (!again()) return false;
    }
    Fd copy(fd < 0 ? -1 : ::fcntl(fd, F_DUPFD_CLOEXEC, 0));
    if (fd >= 0 && !copy) return false;  // a message never goes without what belongs to it
    impl_->waiting.push_back({std::string(text), std::move(copy)});
    impl_->watch();
    return true;
}

bool Channel::sent_all() const { return impl_->waiting.empty(); }

Result<Fd> connect_channel(const std::string& path) { return connect_unix(path, SOCK_SEQPACKET); }

ChannelListener::ChannelListener(EventLoop& loop, std::string path, Fd fd,
                                 OnConnection on_connection)
    : path_(std::move(path)), fd_(std::move(fd)), on_connection_(std::move(on_connection)) {
    watch_ = std::make_unique<ReadWatch>(loop, fd_.get(), [this] { accept_all(); });
}

Result<std::unique_ptr<ChannelListener>> ChannelListener::listen(EventLoop& loop,
                                                                 const std::string& path,
                                                                 Fd inherited,
                                                                 OnConnection on_connection) {
    ServerOptions at;
    at.listening_fd = inherited.release();
    auto fd = at.listening_fd >= 0 ? open_listening_socket(at) : listen_unix(path, SOCK_SEQPACKET);
    if (!fd) return fd.error();
    return std::unique_ptr<ChannelListener>(
        new ChannelListener(loop, path, std::move(*fd), std::move(on_connection)));
}

ChannelListener::~ChannelListener() {
    watch_.reset();
    remove_socket_file(fd_.get(), path_);
}

void ChannelListener::accept_all() {
    std::string peer;
    while (fd_) {
        Fd fd = accept_connection(fd_.get(), peer);
        if (!fd) return;
        if (same_user(fd.get())) on_connection_(std::move(fd));
    }
}

}  // namespace pa::net
