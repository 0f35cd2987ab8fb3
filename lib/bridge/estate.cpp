// Several bridges of one agent, while one takes over from another: who answers.
#include "bridge/front_desk.hpp"
#include "cli/console.hpp"

namespace pa::bridge {
namespace {

void answer(const net::Responder& responder, const Reply& reply) {
    responder.answer(reply.status, reply.type, reply.body);
}

}  // namespace

void FrontDesk::if_ours(std::string call_sid, std::function<void(bool)> then) {
    if (call_sid.empty()) return then(false);
    const std::size_t who = crew_.of(call_sid);
    crew_.ask<bool>(
        who, [sid = std::move(call_sid)](Worker& w) { return w.ours(sid); }, std::move(then));
}

/// Here if it is ours; else another bridge's, if there are any; else here, as something new.
void FrontDesk::find_who_knows(Question question, net::Responder responder) {
    bool alone = !succession_.has_predecessor() && !succession_.has_successor();
    std::string sid = alone ? std::string() : sid_of(question);
    bool nobodys = sid.empty() && !for_the_newest(question);
    if (alone || nobodys) return answer_here(question, std::move(responder));
    if_ours(std::move(sid), [this, question = std::move(question),
                             responder = std::move(responder)](bool is) mutable {
        if (is) return answer_here(question, std::move(responder));
        ++asked_others_;
        auto done = [this, question, responder](const Reply& reply) {
            --asked_others_;
            reply.status == Reply::not_known ? answer_here(question, responder)
                                             : answer(responder, reply);
        };
        if (!for_the_newest(question)) return succession_.ask_others(std::move(question), done);
        question.way = Question::Way::forward;
        succession_.pass_on(question, done);
    });
}

/// A neighbour asks. What nobody back there knows it is told so; what comes forward, the newest
/// takes.
void FrontDesk::asked(Question question, net::Responder responder) {
    if (question.way == Question::Way::forward && !succession_.has_successor())
        return answer_here(question, std::move(responder));
    std::string sid = sid_of(question);  // before the question moves on
    if_ours(std::move(sid), [this, question = std::move(question),
                             responder = std::move(responder)](bool is) mutable {
        if (is) return answer_here(question, std::move(responder));
        ++asked_others_;
        succession_.pass_on(question, [this, question, responder](const Reply& reply) {
            --asked_others_;
            bool ours_after_all =
                reply.status == Reply::not_known && question.way == Question::Way::forward;
            ours_after_all ? answer_here(question, responder) : answer(responder, reply);
        });
    });
}

void FrontDesk::answer_here(const Question& question, net::Responder responder) {
    if (question.door == Question::Door::carrier)
        return crew_.hand(
            crew_.of(sid_of(question)), std::move(responder),
            [path = question.path, body = question.body](Worker& w, const net::Responder& r) {
                w.answer_carrier(path, form_decode(body), r);
            });
    net::ServerRequest request;
    request.method = question.method;
    request.path = question.path;
    request.body = question.body;
    answer_operator(request, std::move(responder));
}

Estate::Sockets FrontDesk::sockets() const {
    return {server_->listening_fd(), operator_server_->listening_fd()};
}

Bequest FrontDesk::bequest() const {
    Bequest rest;
    rest.nonce = nonce_;
    rest.public_base = public_base_;
    rest.dials = commons_.dials.all();
    return rest;
}

void FrontDesk::superseded() {
    draining_ = true;
    // The tunnel may send a request, and the carrier a stream, over what it has connected already.
    serve_on_ = loop_.now() + std::chrono::seconds(2);
    crew_.tell_all([](Worker& w) { w.take_no_more(); });
    // The carrier may still come for calls that are over.
    for (std::size_t who = 0; who < crew_.size(); ++who)
        crew_.ask<CallStates>(
            who, [](Worker& w) { return w.states(); },
            [this](const CallStates& known) {
                known.each([this](const std::string& sid, const CallState& state) {
                    succession_.tell_state(sid, state);
                });
            });
    server_->stop_listening();
    operator_server_->stop_listening();
    if (commons_.options.superseded) commons_.options.superseded();
}

void FrontDesk::stream_given(Fd fd, std::string bytes, Question::Way way) {
    crew_.first().take_stream(std::move(fd), std::move(bytes), way);  // who sees whose it is
}

void FrontDesk::learned(const std::string& call_sid, const CallState& state) {
    crew_.tell(crew_.of(call_sid), [call_sid, state](Worker& w) { w.learned(call_sid, state); });
}

/// What it may have left in the middle is in the folder. A process that dies lets go of its files
/// one after the other, and of its wires to us perhaps first.
void FrontDesk::predecessor_gone() {
    if (draining_) return;
    look_for_leftovers();
    look_again_.arm(std::chrono::seconds(1));
}

/// Straight to the workers: one that resumes a call then asks the folder after us and hears of it
/// after us [Worker::resume()].
void FrontDesk::look_for_leftovers() {
    commons_.office.run([this] {
        store::Leftovers found = store::find_leftovers(settings_.call_log_dir);
        for (const auto& problem : found.problems) cli::warn(problem);
        for (store::Leftover& leftover : found.journals) {
            auto left = std::make_shared<store::Leftover>(std::move(leftover));
            crew_.post(crew_.of(left->log.meta.call_sid),
                       [left](Worker& w) { w.adopt(std::move(*left)); });
        }
    });
}

}  // namespace pa::bridge
