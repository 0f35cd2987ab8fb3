#include "bridge/neighbour.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "json/writer.hpp"

namespace pa::bridge {
namespace {

constexpr std::string_view ask = "ask", reply = "reply";

std::string_view name(Question::Door door) {
    return door == Question::Door::carrier ? "carrier" : "operators";
}
std::string_view name(Question::Way way) { return way == Question::Way::back ? "back" : "forward"; }

Question question_of(json::Value facts, std::string_view bytes) {
    Question q;
    q.door = facts["door"].text() == name(Question::Door::carrier) ? Question::Door::carrier
                                                                   : Question::Door::operators;
    q.way = facts["way"].text() == name(Question::Way::back) ? Question::Way::back
                                                             : Question::Way::forward;
    q.method = facts["method"].text();
    q.path = facts["path"].text();
    q.body = bytes;
    // One clock for all processes of the machine.
    q.until = net::TimePoint(std::chrono::milliseconds(facts["until_ms"].integer()));
    return q;
}

}  // namespace

Neighbour::Neighbour(net::EventLoop& loop, Fd socket, Owner& owner)
    : loop_(loop),
      owner_(owner),
      channel_(loop, std::move(socket), *this),
      timer_(loop, [this] { give_up(); }),
      self_(std::make_shared<Neighbour*>(this)) {}

Neighbour::~Neighbour() { *self_ = nullptr; }

bool Neighbour::tell(std::string_view what, std::string_view facts, std::string_view bytes,
                     int fd) {
    json::Writer w;
    w.start().object().member("do", what).key("facts").raw(facts).end();
    return channel_.send(w.str().append("\n").append(bytes), fd);
}

void Neighbour::ask(const Question& q, OnReply done) {
    json::Writer w;
    w.start().object().member("id", ++last_id_).member("door", name(q.door));
    w.member("way", name(q.way)).member("method", q.method).member("path", q.path);
    // The further away, the sooner one gives up: nobody acts on what is not waited for any more.
    auto until = loop_.now() + patience;
    if (q.until) until = std::min(until, *q.until - std::chrono::milliseconds(500));
    auto since = std::chrono::floor<std::chrono::milliseconds>(until.time_since_epoch());
    w.member("until_ms", since.count()).end();
    if (!tell(bridge::ask, w.view(), q.body)) until = loop_.now();
    waiting_.emplace(last_id_, Waiting{std::move(done), until});
    arm();
}

void Neighbour::message(std::string_view text, Fd fd) {
    std::size_t end = text.find('\n');
    auto head = json::Document::parse(text.substr(0, end));
    if (!head || end == std::string_view::npos) return;
    std::string_view what = head->root()["do"].text(), bytes = text.substr(end + 1);
    json::Value facts = head->root()["facts"];
    if (what == reply)
        return replied(facts["id"].integer(),
                       {static_cast<int>(facts["status"].integer()),
                        std::string(facts["type"].text()), std::string(bytes)});
    if (what != bridge::ask) return owner_.told(*this, what, facts, bytes, std::move(fd));
    auto taker = [self = self_, id = facts["id"].integer()](int status, std::string_view type,
                                                            std::string_view body) {
        if (*self != nullptr) (*self)->answer(id, status, type, body);
    };
    Question question = question_of(facts, bytes);
    if (loop_.now() < *question.until)
        owner_.asked(*this, std::move(question), net::Responder::to(taker));
}

void Neighbour::answer(std::int64_t id, int status, std::string_view type, std::string_view body) {
    json::Writer w;
    w.start().object().member("id", id).member("status", status).member("type", type).end();
    if (!tell(reply, w.view(), body) && body.size() > net::Channel::max_message / 2)
        answer(id, 500, "text/plain", "too long to be handed on\n");
}

void Neighbour::replied(std::int64_t id, Reply told) {
    auto found = waiting_.find(id);
    if (found == waiting_.end()) return;
    OnReply done = std::move(found->second.done);
    waiting_.erase(found);
    done(std::move(told));
}

void Neighbour::give_up() {
    std::vector<std::int64_t> late;
    for (const auto& [id, waiting] : waiting_)
        if (waiting.until <= loop_.now()) late.push_back(id);
    for (std::int64_t id : late) replied(id, {});
    arm();
}

void Neighbour::arm() {
    std::optional<net::TimePoint> next;
    for (const auto& [id, w] : waiting_) next = std::min(next.value_or(w.until), w.until);
    timer_.arm(next);
}

void Neighbour::closed() {
    for (auto& [id, waiting] : std::exchange(waiting_, {})) waiting.done({});
    owner_.gone(*this);
}

}  // namespace pa::bridge
