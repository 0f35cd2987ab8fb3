// Several bridges of one agent, while one takes over from another: who answers.
#include "bridge/bridge.hpp"
#include "cli/console.hpp"

namespace pa::bridge {
namespace {

/// Of an operator's path: "/calls/CA…" and what is below it, "/lines/CA…"; "" of any other.
std::string_view sid_in(std::string_view path) {
    for (std::string_view folder : {"/calls/", "/lines/"})
        if (path.starts_with(folder)) {
            path.remove_prefix(folder.size());
            return path.substr(0, path.find('/'));
        }
    return {};
}

std::string sid_of(const Question& q) {
    if (q.door == Question::Door::operators) return std::string(sid_in(q.path));
    return std::string(form_value(form_decode(q.body), "CallSid"));
}

/// What pa-dial prepares belongs to whoever takes new calls.
bool for_the_newest(const Question& q) {
    return q.door == Question::Door::operators && q.path.starts_with("/dials");
}

void answer(const net::Responder& responder, const Reply& reply) {
    responder.answer(reply.status, reply.type, reply.body);
}

}  // namespace

bool Bridge::ours(std::string_view call_sid) const {
    const CallState* state = states_.find(call_sid);
    return calls_.contains(call_sid) || briefings_.contains(call_sid) ||
           left_behind_.has(call_sid) || (state != nullptr && state->after);
}

/// Here if it is ours; else another bridge's, if there are any; else here, as something new.
void Bridge::find_who_knows(Question question, net::Responder responder) {
    bool alone = !succession_.has_predecessor() && !succession_.has_successor();
    std::string sid = alone ? std::string() : sid_of(question);
    bool nobodys = sid.empty() && !for_the_newest(question);
    if (alone || nobodys || ours(sid)) return answer_here(question, std::move(responder));
    ++asked_others_;
    auto done = [this, question, responder](const Reply& reply) {
        --asked_others_;
        reply.status == Reply::not_known ? answer_here(question, responder)
                                         : answer(responder, reply);
    };
    if (!for_the_newest(question)) return succession_.ask_others(std::move(question), done);
    question.way = Question::Way::forward;
    succession_.pass_on(question, done);
}

/// A neighbour asks. What nobody back there knows it is told so; what comes forward, the newest
/// takes.
void Bridge::asked(Question question, net::Responder responder) {
    bool newest = question.way == Question::Way::forward && !succession_.has_successor();
    if (newest || ours(sid_of(question))) return answer_here(question, std::move(responder));
    ++asked_others_;
    succession_.pass_on(question, [this, question, responder](const Reply& reply) {
        --asked_others_;
        bool ours_after_all =
            reply.status == Reply::not_known && question.way == Question::Way::forward;
        ours_after_all ? answer_here(question, responder) : answer(responder, reply);
    });
}

void Bridge::answer_here(const Question& question, net::Responder responder) {
    if (question.door == Question::Door::carrier)
        return answer_carrier(question.path, form_decode(question.body), responder);
    net::ServerRequest request;
    request.method = question.method;
    request.path = question.path;
    request.body = question.body;
    answer_operator(request, std::move(responder));
}

Estate::Sockets Bridge::sockets() const {
    return {server_->listening_fd(), operator_server_->listening_fd()};
}

Bequest Bridge::bequest() const {
    Bequest rest;
    rest.nonce = nonce_;
    rest.public_base = public_base_;
    rest.dials = dials_.all();
    return rest;
}

void Bridge::superseded() {
    draining_ = true;
    // The tunnel may send a request, and the carrier a stream, over what it has connected already.
    serve_on_ = loop_.now() + std::chrono::seconds(2);
    // The carrier may still come for calls that are over.
    states_.each([this](const std::string& sid, const CallState& state) {
        succession_.tell_state(sid, state);
    });
    server_->stop_listening();
    operator_server_->stop_listening();
    if (options_.superseded) options_.superseded();
}

void Bridge::stream_given(Fd fd, std::string bytes, Question::Way way) {
    server_->adopt(std::move(fd), std::move(bytes), std::make_unique<MediaSocket>(*this, way));
}

void Bridge::learned(const std::string& call_sid, const CallState& state) {
    states_.learn(call_sid, state);
}

/// What it may have left in the middle is in the folder. A process that dies lets go of its files
/// one after the other, and of its wires to us perhaps first.
void Bridge::predecessor_gone() {
    if (draining_) return;
    look_for_leftovers();
    look_again_.arm(std::chrono::seconds(1));
}

void Bridge::look_for_leftovers() {
    office_.run([this] {
        auto left = std::make_shared<store::Leftovers>(
            store::find_leftovers(options_.settings.call_log_dir));
        loop_.post([this, left] { adopt(std::move(*left)); });
    });
}

}  // namespace pa::bridge
