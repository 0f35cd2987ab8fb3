// Another bridge of the same agent, which ran before us or comes after us, while both have calls.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "json/document.hpp"
#include "net/channel.hpp"
#include "net/server.hpp"

namespace pa::bridge {

/// A request that somebody made of one bridge and another may have to answer.
struct Question {
    /// Who asks: the carrier, whose signature was checked, or somebody on the operator's socket.
    enum class Door { carrier, operators };
    /// Which bridges have not been asked yet: those before us, or those after us.
    enum class Way { back, forward };
    Door door = Door::carrier;
    Way way = Way::back;
    std::string method, path, body;
    std::optional<net::TimePoint> until = {};  // who asked waits no longer
};

struct Reply {
    int status = 0;  // of HTTP; not_known: nobody there knows the call
    std::string type, body;
    static constexpr int not_known = 0;
};

/// The wire between two bridges: each message is one line of JSON, then bytes as they are.
class Neighbour final : public net::Channel::Handler {
public:
    using OnReply = std::function<void(Reply)>;
    /// How long one waits for the other: it may read files, or hang.
    static constexpr std::chrono::seconds patience{5};

    class Owner {
    public:
        virtual void asked(Neighbour& by, Question question, net::Responder responder) = 0;
        /// Anything else: `what` names it.
        virtual void told(Neighbour& by, std::string_view what, json::Value facts,
                          std::string_view bytes, Fd fd) = 0;
        /// It has ended. Last call; may destroy it.
        virtual void gone(Neighbour& neighbour) = 0;

    protected:
        ~Owner() = default;
    };

    /// `owner` outlives it.
    Neighbour(net::EventLoop& loop, Fd socket, Owner& owner);
    ~Neighbour();

    /// `done` gets not_known if it has gone, or says nothing for `patience`. Never from inside.
    void ask(const Question& question, OnReply done);
    [[nodiscard]] bool sent_all() const { return channel_.sent_all(); }
    /// `facts` is a JSON object. False: too large, it has gone, or `fd` cannot be copied.
    bool tell(std::string_view what, std::string_view facts, std::string_view bytes = {},
              int fd = -1);

private:
    struct Waiting {
        OnReply done;
        net::TimePoint until;
    };
    void message(std::string_view text, Fd fd) override;
    void closed() override;
    void answer(std::int64_t id, int status, std::string_view type, std::string_view body);
    void replied(std::int64_t id, Reply reply);
    void give_up();
    void arm();

    net::EventLoop& loop_;
    Owner& owner_;
    net::Channel channel_;
    std::map<std::int64_t, Waiting> waiting_;
    std::int64_t last_id_ = 0;
    net::Timer timer_;
    std::shared_ptr<Neighbour*> self_;  // null inside once it is gone: answers may come later
};

}  // namespace pa::bridge
