#include "bridge/succession.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "cli/console.hpp"
#include "json/writer.hpp"

namespace pa::bridge {
namespace {

// What neighbours tell each other, in the order of an upgrade. The sockets come first, each with
// its descriptor; then dials; then `complete`.
namespace word {
constexpr std::string_view take_over = "take-over", carrier = "carrier", operators = "operators",
                           channel = "channel", dial = "dial", complete = "complete",
                           serving = "serving", stream = "stream", state = "state", ended = "ended";
}

constexpr std::chrono::seconds take_over_patience{5};

std::string json_of(const Dials::Entry& e) {
    json::Writer w;
    w.start().object().member("id", e.id).member("call_sid", e.call_sid);
    dial::write_matter(w, e.dial);
    return w.end().str();
}

Dials::Entry dial_of(json::Value facts, net::TimePoint now) {
    return {std::string(facts["id"].text()), dial::read_matter(facts), now,
            std::string(facts["call_sid"].text())};
}

std::string json_of(const std::string& call_sid, const CallState& state) {
    json::Writer w;
    w.start().object().member("call_sid", call_sid).member("status", state.status);
    w.member("answered_by", state.answered_by).member("log", state.log);
    if (state.sip_code) w.member("sip_code", *state.sip_code);
    if (state.duration_s) w.member("duration_s", *state.duration_s);
    if (state.acknowledged) w.member("acknowledged", *state.acknowledged);
    if (state.after) w.member("after", static_cast<int>(*state.after));
    if (state.unprepared) w.member("unprepared", true);
    return w.end().str();
}

CallState state_of(json::Value facts) {
    CallState state;
    state.status = facts["status"].text();
    state.answered_by = facts["answered_by"].text();
    state.log = facts["log"].text();
    if (auto v = facts["sip_code"]; v) state.sip_code = v.integer();
    if (auto v = facts["duration_s"]; v) state.duration_s = v.integer();
    if (auto v = facts["acknowledged"]; v) state.acknowledged = v.boolean();
    if (auto v = facts["after"]; v) state.after = static_cast<call::After>(v.integer());
    state.unprepared = facts["unprepared"].boolean();
    return state;
}

}  // namespace

Succession::Succession(net::EventLoop& loop, std::string path)
    : loop_(loop), path_(std::move(path)) {}

Succession::~Succession() = default;

Result<std::optional<Bequest>> Succession::take_over() {
    auto socket = net::connect_channel(path_);
    if (!socket && socket.error().code == Errc::no) return std::optional<Bequest>();
    if (!socket) return socket.error();
    predecessor_ = std::make_unique<Neighbour>(loop_, std::move(*socket), *this);
    json::Writer w;
    w.start().object().member("pid", ::getpid()).end();
    predecessor_->tell(word::take_over, w.view());
    net::Timer limit(loop_, [this] { stop_loop(); });
    limit.arm(take_over_patience);
    loop_.run();
    if (complete_) return std::optional(std::move(inherited_));
    bool ended = predecessor_ == nullptr;
    predecessor_.reset();
    if (auto there = net::connect_channel(path_); ended && !there && there.error().code == Errc::no)
        return std::optional<Bequest>();
    return Error{Errc::later,
                 path_ +
                     ": the bridge that runs does not hand over; another may be taking its "
                     "place just now"};
}

Status Succession::begin(Estate& estate, Fd channel) {
    auto listener = net::ChannelListener::listen(loop_, path_, std::move(channel),
                                                 [this](Fd socket) { welcome(std::move(socket)); });
    if (!listener) return listener.error();
    listener_ = std::move(*listener);
    estate_ = &estate;
    know_neighbours();
    for (Early& early : std::exchange(early_, {}))
        estate_->asked(std::move(early.question), std::move(early.responder));
    return Done{};
}

void Succession::announce() {
    if (predecessor_) predecessor_->tell(word::serving, "{}");
}

void Succession::know_neighbours() {
    leads_back_ = has_predecessor();
    leads_forward_ = has_successor();
}

/// A second one would end the loop when it runs again.
void Succession::stop_loop() {
    if (!std::exchange(stopped_, true)) loop_.stop();
}

void Succession::welcome(Fd socket) {
    visitors_.push_back(std::make_unique<Neighbour>(loop_, std::move(socket), *this));
}

bool Succession::is_visitor(const Neighbour& neighbour) const {
    return std::any_of(visitors_.begin(), visitors_.end(),
                       [&](const auto& v) { return v.get() == &neighbour; });
}

void Succession::forget_visitor(const Neighbour& neighbour) {
    std::erase_if(visitors_, [&](const auto& v) { return v.get() == &neighbour; });
}

/// One at a time. From now on what is new goes to the successor, who answers as soon as it serves.
void Succession::bequeath(Neighbour& to) {
    if (successor_ || !listener_) return forget_visitor(to);
    auto place = std::find_if(visitors_.begin(), visitors_.end(),
                              [&](const auto& v) { return v.get() == &to; });
    successor_ = std::move(*place);
    visitors_.erase(place);
    know_neighbours();
    Estate::Sockets sockets = estate_->sockets();
    Bequest rest = estate_->bequest();
    const bool given = successor_->tell(word::carrier, "{}", {}, sockets.carrier) &&
                       successor_->tell(word::operators, "{}", {}, sockets.operators) &&
                       successor_->tell(word::channel, "{}", {}, listener_->fd());
    if (!given) {  // it will not serve: it sees that we let go
        cli::warn("the sockets could not be handed over; no other bridge takes this one's place");
        successor_.reset();
        return know_neighbours();
    }
    for (const Dials::Entry& dial : rest.dials)
        if (!successor_->tell(word::dial, json_of(dial)))
            cli::warn("a dial is too long to be handed on: its call will not know its matter");
    json::Writer w;
    w.start().object().member("nonce", rest.nonce).member("public_url", rest.public_base).end();
    successor_->tell(word::complete, w.view());
}

void Succession::inherit(std::string_view what, json::Value facts, std::string_view, Fd fd) {
    if (what == word::carrier) {
        inherited_.carrier = std::move(fd);
    } else if (what == word::operators) {
        inherited_.operators = std::move(fd);
    } else if (what == word::channel) {
        inherited_.channel = std::move(fd);
    } else if (what == word::dial) {
        inherited_.dials.push_back(dial_of(facts, loop_.now()));
    } else if (what == word::complete) {
        inherited_.nonce = facts["nonce"].text();
        inherited_.public_base = facts["public_url"].text();
        complete_ = inherited_.carrier && inherited_.operators && inherited_.channel;
        stop_loop();
    }
}

void Succession::told(Neighbour& by, std::string_view what, json::Value facts,
                      std::string_view bytes, Fd fd) {
    if (&by == predecessor_.get() && estate_ == nullptr)
        return inherit(what, facts, bytes, std::move(fd));
    if (estate_ == nullptr) return;
    if (what == word::stream && fd) {
        auto way = &by == successor_.get() ? Question::Way::back : Question::Way::forward;
        return estate_->stream_given(std::move(fd), std::string(bytes), way);
    }
    if (is_visitor(by)) {
        if (what == word::take_over) bequeath(by);
    } else if (&by == successor_.get()) {
        if (what != word::serving) return;
        cli::note("another bridge has taken over; calls that run come to their end here");
        listener_.reset();
        estate_->superseded();
    } else if (what == word::state) {
        if (successor_) successor_->tell(what, facts.dump());
        estate_->learned(std::string(facts["call_sid"].text()), state_of(facts));
    } else if (what == word::ended) {
        if (successor_)
            successor_->tell(what, "{}");
        else
            estate_->predecessor_gone();
    }
}

void Succession::asked(Neighbour& by, Question question, net::Responder responder) {
    if (is_visitor(by)) return;
    // Whoever comes after us asks about what is older, and the reverse.
    question.way = &by == successor_.get() ? Question::Way::back : Question::Way::forward;
    if (estate_ == nullptr) return early_.push_back({std::move(question), std::move(responder)});
    estate_->asked(std::move(question), std::move(responder));
}

void Succession::gone(Neighbour& neighbour) {
    if (is_visitor(neighbour)) return forget_visitor(neighbour);
    const bool was_successor = &neighbour == successor_.get();
    (was_successor ? successor_ : predecessor_).reset();
    know_neighbours();
    if (was_successor) return;
    if (estate_ == nullptr) return stop_loop();
    if (successor_) successor_->tell(word::ended, "{}");
    estate_->predecessor_gone();
}

void Succession::pass_on(const Question& question, Neighbour::OnReply done) {
    auto& next = question.way == Question::Way::back ? predecessor_ : successor_;
    if (!next) return done({});
    next->ask(question, std::move(done));
}

void Succession::ask_others(Question question, Neighbour::OnReply done) {
    question.way = Question::Way::back;
    pass_on(question, [this, question, done = std::move(done)](Reply reply) mutable {
        if (reply.status != Reply::not_known) return done(std::move(reply));
        question.way = Question::Way::forward;
        pass_on(question, std::move(done));
    });
}

void Succession::give_stream(Fd fd, std::string_view bytes, Question::Way way) {
    auto& next = way == Question::Way::back ? predecessor_ : successor_;
    if (next && next->tell(word::stream, "{}", bytes, fd.get())) return;
    // It closes here: the carrier sees its end, and goes on to /after.
    cli::warn("a media stream could not be handed to the bridge that has its call");
}

bool Succession::sent_all() const {
    return (!predecessor_ || predecessor_->sent_all()) && (!successor_ || successor_->sent_all());
}

void Succession::tell_state(const std::string& call_sid, const CallState& state) {
    if (successor_) successor_->tell(word::state, json_of(call_sid, state));
}

}  // namespace pa::bridge
