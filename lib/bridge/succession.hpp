// Upgrades without loss: a bridge that is started with --takeover gets the listening sockets of the
// one that runs, which keeps its calls until they are over.
//
// Both then serve one public base. Each answers for the calls it has; whatever reaches the wrong
// one goes to its neighbour: a request as a Question, a media stream as the connection itself. The
// bridges of one agent form a row, oldest first, for several upgrades may follow each other within
// a call. What nobody knows is new, and the newest takes it.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bridge/call_states.hpp"
#include "bridge/dials.hpp"
#include "bridge/neighbour.hpp"

namespace pa::bridge {

/// What one bridge leaves to the next.
struct Bequest {
    Fd carrier, operators, channel;  // sockets that listen
    std::string nonce, public_base;
    std::vector<Dials::Entry> dials;
};

/// The bridge, as its neighbours need it. All on the loop's thread.
class Estate {
public:
    struct Sockets {
        int carrier = -1, operators = -1;  // that listen
    };
    [[nodiscard]] virtual Sockets sockets() const = 0;
    /// Without the sockets.
    [[nodiscard]] virtual Bequest bequest() const = 0;
    /// A successor serves now: listen no more, and come to an end.
    virtual void superseded() = 0;
    /// A neighbour was asked, and does not know.
    virtual void asked(Question question, net::Responder responder) = 0;
    virtual void stream_given(Fd fd, std::string bytes, Question::Way way) = 0;
    /// How a call of an older bridge ended.
    virtual void learned(const std::string& call_sid, const CallState& state) = 0;
    /// An older bridge has ended, perhaps in the middle of its calls.
    virtual void predecessor_gone() = 0;

protected:
    ~Estate() = default;
};

class Succession final : public Neighbour::Owner {
public:
    /// Bridges of one agent meet at `path`.
    Succession(net::EventLoop& loop, std::string path);
    ~Succession();

    /// Asks the bridge that runs for what it leaves, running the loop meanwhile. Nothing if none
    /// runs; an error if it does not answer.
    [[nodiscard]] Result<std::optional<Bequest>> take_over();
    /// Lets a successor come. `channel`: the socket that was inherited, if any. `estate` outlives
    /// this.
    [[nodiscard]] Status begin(Estate& estate, Fd channel);
    /// We serve: the predecessor may come to its end.
    void announce();

    [[nodiscard]] bool has_predecessor() const { return predecessor_ != nullptr; }
    [[nodiscard]] bool has_successor() const { return successor_ != nullptr; }
    /// Somebody that way may know more. From any thread; the others on the loop's.
    [[nodiscard]] bool leads(Question::Way way) const {
        return way == Question::Way::back ? leads_back_ : leads_forward_;
    }
    /// Asks those who are that way, one after the other.
    void pass_on(const Question& question, Neighbour::OnReply done);
    /// Asks all before us, then all after us.
    void ask_others(Question question, Neighbour::OnReply done);
    /// Gives a stream to the next in the row; it goes back to the oldest and then forward.
    void give_stream(Fd fd, std::string_view bytes, Question::Way way);
    /// Nothing waits to go to a neighbour.
    [[nodiscard]] bool sent_all() const;
    /// A call of ours is over: the carrier may come for it when we are gone.
    void tell_state(const std::string& call_sid, const CallState& state);

private:
    void asked(Neighbour& by, Question question, net::Responder responder) override;
    void told(Neighbour& by, std::string_view what, json::Value facts, std::string_view bytes,
              Fd fd) override;
    void gone(Neighbour& neighbour) override;
    void inherit(std::string_view what, json::Value facts, std::string_view bytes, Fd fd);
    void welcome(Fd socket);
    [[nodiscard]] bool is_visitor(const Neighbour& neighbour) const;
    void forget_visitor(const Neighbour& neighbour);
    void stop_loop();
    void know_neighbours();
    void bequeath(Neighbour& to);

    net::EventLoop& loop_;
    std::string path_;
    Estate* estate_ = nullptr;  // null: we do not serve yet
    std::unique_ptr<net::ChannelListener> listener_;
    std::unique_ptr<Neighbour> predecessor_, successor_;
    std::atomic<bool> leads_back_{false}, leads_forward_{false};
    std::vector<std::unique_ptr<Neighbour>> visitors_;  // who have not said what they want
    Bequest inherited_;
    bool complete_ = false;  // inherited_
    bool stopped_ = false;   // the loop that take_over() runs
    struct Early {
        Question question;
        net::Responder responder;
    };
    std::vector<Early> early_;  // asked before we served
};

}  // namespace pa::bridge
