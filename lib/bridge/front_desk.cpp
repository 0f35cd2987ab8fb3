#include "bridge/front_desk.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/crypto.hpp"
#include "base/file.hpp"
#include "cli/console.hpp"

namespace pa::bridge {

FrontDesk::FrontDesk(const std::vector<net::EventLoop*>& loops, BridgeOptions options,
                     Succession& succession)
    : loop_(*loops.front()),
      commons_(std::move(options)),
      settings_(commons_.options.settings),
      succession_(succession),
      nonce_(hex(random_bytes(16))),
      self_test_(loop_, settings_.twilio_auth_token),
      drained_yet_(loop_, [this] { look_whether_drained(); }),
      look_again_(loop_, [this] { look_for_leftovers(); }),
      crew_(loops, commons_, *this),
      page_(loop_, *this) {}

/// Nobody stands before a door that is not kept, while the last commands after calls run.
FrontDesk::~FrontDesk() {
    page_.close();
    operator_server_.reset();
    server_.reset();
    const auto until = net::Clock::now() + net::HttpPool::patience;
    commons_.finish();
    if (std::size_t dropped = crew_.finish_requests(until); dropped > 0)
        cli::warn(fmt::format(
            "{} requests to the carrier had no answer in time; calls may still run", dropped));
}

Result<std::unique_ptr<FrontDesk>> FrontDesk::create(const std::vector<net::EventLoop*>& loops,
                                                     BridgeOptions options, Succession& succession,
                                                     Bequest inherited) {
    if (!options.trace_folder.empty())
        if (Status made = make_directory(options.trace_folder); !made) return made.error();
    auto desk = std::unique_ptr<FrontDesk>(new FrontDesk(loops, std::move(options), succession));
    Fd channel = std::move(inherited.channel);
    if (Status ok = desk->listen(std::move(inherited)); !ok) return ok.error();
    // Descriptions of the functions are known before the first call wants them.
    desk->commons_.office.run([all = &desk->commons_] {
        std::vector<std::string> warnings;
        (void)all->catalog.list(all->options.settings, warnings);
        for (const std::string& warning : warnings) cli::warn(warning);
    });
    if (Status ok = succession.begin(*desk, std::move(channel)); !ok) return ok.error();
    return desk;
}

Status FrontDesk::listen(Bequest inherited) {
    if (!inherited.nonce.empty()) nonce_ = inherited.nonce;  // one bridge to those who compare
    set_public_base(inherited.public_base);
    for (Dials::Entry& dial : inherited.dials) commons_.dials.restore(std::move(dial));
    net::ServerOptions open;
    open.address = settings_.listen_address;
    open.listening_fd = inherited.carrier.release();
    open.port = settings_.port;
    open.headers = {"x-twilio-signature", "content-type"};
    open.max_body = 64U << 10U;
    open.ws = media_limits();
    auto server = net::Server::listen(
        loop_, open, [this](const auto& r, net::Responder a) { on_request(r, std::move(a)); },
        [this](const auto& r) { return on_upgrade(r); });
    if (!server) return server.error();
    server_ = std::move(*server);

    net::ServerOptions ours;
    ours.unix_socket = settings_.operator_socket;
    ours.listening_fd = inherited.operators.release();
    auto operators = net::Server::listen(
        loop_, ours, [this](const auto& r, net::Responder a) { on_operator(r, std::move(a)); });
    if (!operators) return operators.error();
    operator_server_ = std::move(*operators);
    return Done{};
}

/// Each worker knows it before it is asked anything that came in with it: mailboxes keep the order.
void FrontDesk::set_public_base(std::string base) {
    while (base.ends_with('/')) base.pop_back();
    public_base_ = std::move(base);
    crew_.tell_all([known = public_base_](Worker& w) { w.set_public_base(known); });
}

void FrontDesk::adopt(store::Leftovers leftovers) {
    for (const auto& problem : leftovers.problems) cli::warn(problem);
    for (store::Leftover& leftover : leftovers.journals) {
        auto left = std::make_shared<store::Leftover>(std::move(leftover));
        crew_.tell(crew_.of(left->log.meta.call_sid),
                   [left](Worker& w) { w.adopt(std::move(*left)); });
    }
}

void FrontDesk::at_desk(std::size_t by, std::function<void()> task) {
    by == 0 ? task() : loop_.post(std::move(task));
}

void FrontDesk::move_stream(std::size_t by, std::size_t to, Fd fd, std::string bytes,
                            Question::Way way) {
    auto stream = std::make_shared<Fd>(std::move(fd));
    at_desk(by, [this, to, stream, bytes = std::move(bytes), way] {
        crew_.tell(
            to, [stream, bytes, way](Worker& w) { w.take_stream(std::move(*stream), bytes, way); });
    });
}

void FrontDesk::give_stream(std::size_t by, Fd fd, std::string bytes, Question::Way way) {
    auto stream = std::make_shared<Fd>(std::move(fd));
    at_desk(by, [this, stream, bytes = std::move(bytes), way] {
        succession_.give_stream(std::move(*stream), bytes, way);
    });
}

void FrontDesk::tell_state(std::size_t by, const std::string& call_sid, const CallState& state) {
    at_desk(by, [this, call_sid, state] { succession_.tell_state(call_sid, state); });
}

void FrontDesk::drain(std::function<void()> drained) {
    draining_ = true;
    drained_ = std::move(drained);
    crew_.tell_all([](Worker& w) { w.take_no_more(); });
    look_whether_drained();
}

bool FrontDesk::busy() const {
    bool others = asked_others_ > 0 || crew_.first().waiting_sockets() > 0 ||
                  !succession_.sent_all() ||
                  succession_.has_predecessor() ||  // who is reached through us only
                  (serve_on_ && loop_.now() < *serve_on_);
    // What workers were handed they answer, whatever the time.
    return crew_.waiting() > 0 || (others && !give_up_others_);
}

/// What the workers have told us before they answer is done by then: mailboxes keep the order. Who
/// was handed something meanwhile is asked again.
void FrontDesk::look_whether_drained() {
    if (!drained_) return;
    const std::uint64_t handed = crew_.handed();
    crew_.ask_all<bool>([](Worker& w) { return w.busy(); },
                        [this, handed](std::vector<bool> busy_ones) {
                            const bool one = std::find(busy_ones.begin(), busy_ones.end(), true) !=
                                             busy_ones.end();
                            if (one || busy() || handed != crew_.handed())
                                return drained_yet_.arm(std::chrono::milliseconds(50));
                            auto tell = std::exchange(drained_, nullptr);
                            tell();
                        });
}

void FrontDesk::end_all(std::string_view reason) {
    give_up_others_ = true;
    crew_.tell_all([why = std::string(reason)](Worker& w) { w.end_all(why); });
}

}  // namespace pa::bridge
