// Messages between two processes of ours on one machine, each with at most one descriptor.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/result.hpp"
#include "net/event_loop.hpp"

namespace pa::net {

/// One end of a connected unix socket of whole messages (SOCK_SEQPACKET). What does not go out at
/// once waits, in order, and without a bound: the other end is as trusted as we are.
class Channel {
public:
    static constexpr std::size_t max_message = 160U << 10U;  // [bytes] what the kernel takes whole

    class Handler {
    public:
        /// `fd` is what came with it, or none.
        virtual void message(std::string_view text, Fd fd) = 0;
        /// The other end has gone. Last call; may destroy the channel.
        virtual void closed() = 0;

    protected:
        ~Handler() = default;
    };

    /// `handler` outlives the channel.
    Channel(EventLoop& loop, Fd socket, Handler& handler);
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    /// A copy of `fd` goes with it, if it is one. False, and nothing goes: too large, the other end
    /// has gone, or no copy can be made.
    bool send(std::string_view text, int fd = -1);
    /// Everything was handed to the kernel, which delivers it even if this process ends.
    [[nodiscard]] bool sent_all() const;

    struct Impl;

private:
    Impl* impl_;  // freed by the loop once it has closed the handle
};

/// Connects to the process that listens at `path`. Errc::no: nobody does.
[[nodiscard]] Result<Fd> connect_channel(const std::string& path);

/// Where others connect to; each connection of the same user's comes as a socket for a Channel.
class ChannelListener {
public:
    using OnConnection = std::function<void(Fd)>;
    /// Listens at `path` (mode 0600; a stale one is replaced), or on `inherited`, a descriptor that
    /// listens there already.
    [[nodiscard]] static Result<std::unique_ptr<ChannelListener>> listen(
        EventLoop& loop, const std::string& path, Fd inherited, OnConnection on_connection);
    /// Removes the file, unless another process has the socket now.
    ~ChannelListener();
    ChannelListener(const ChannelListener&) = delete;
    ChannelListener& operator=(const ChannelListener&) = delete;

    [[nodiscard]] int fd() const { return fd_.get(); }

private:
    ChannelListener(EventLoop& loop, std::string path, Fd fd, OnConnection on_connection);
    void accept_all();
    std::string path_;
    Fd fd_;
    OnConnection on_connection_;
    std::unique_ptr<ReadWatch> watch_;
};

}  // namespace pa::net
