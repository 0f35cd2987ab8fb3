#include "bridge/bridge.hpp"

#include <fmt/format.h>

#include "act/ask.hpp"
#include "base/child_process.hpp"
#include "base/crypto.hpp"
#include "base/descriptors.hpp"
#include "base/file.hpp"
#include "base/program.hpp"
#include "base/text.hpp"
#include "carrier/account.hpp"
#include "cli/console.hpp"
#include "json/writer.hpp"
#include "twilio/rest.hpp"

namespace pa::bridge {
namespace {

constexpr double late_loop_ms = 20;
constexpr std::chrono::seconds log_patience{5};
/// Two sockets, one of them twice, a journal and requests to the carrier, and some for the others.
constexpr std::size_t descriptors_of_call = 16;

/// The line on stdout for a finished call.
std::string record_line(const store::CallLog& log, const std::string& path) {
    json::Writer w;
    w.start().object().member("schema", "phone-agent/call/1").member("call_sid", log.meta.call_sid);
    w.member("direction", log.meta.direction)
        .member("from", log.meta.from)
        .member("to", log.meta.to);
    w.member("owner", log.meta.owner);
    w.member("duration_s", static_cast<double>(log.record.duration_ms) / 1000.0);
    w.member("turns", log.record.turns.size()).member("errors", log.record.errors.size());
    w.member("cost_usd", log.meta.cost.total).member("log", path).end();
    return w.str();
}

}  // namespace

Bridge::Bridge(net::EventLoop& loop, BridgeOptions options, Succession& succession)
    : loop_(loop),
      options_(std::move(options)),
      succession_(succession),
      nonce_(hex(random_bytes(16))),
      retired_(loop),
      tokens_(options_.settings.twilio_auth_token),
      self_test_(loop, options_.settings.twilio_auth_token),
      left_behind_(loop, [this](store::Leftover left) { end_unattended(std::move(left)); }),
      http_(loop, 4),
      drained_yet_(loop, [this] { tell_if_drained(); }),
      look_again_(loop, [this] { look_for_leftovers(); }),
      page_(loop, *this) {}

Bridge::~Bridge() = default;

Result<std::unique_ptr<Bridge>> Bridge::create(net::EventLoop& loop, BridgeOptions options,
                                               Succession& succession, Bequest inherited) {
    auto bridge = std::unique_ptr<Bridge>(new Bridge(loop, std::move(options), succession));
    const std::string& traces = bridge->options_.trace_folder;
    if (!traces.empty())
        if (Status made = make_directory(traces); !made) return made.error();
    Fd channel = std::move(inherited.channel);
    if (Status ok = bridge->listen(std::move(inherited)); !ok) return ok.error();
    store::JournalWriter::Options journal;
    journal.folder = bridge->options_.settings.call_log_dir;
    journal.tell = [](const std::string& line) { cli::warn(line); };
    // Descriptions of the functions are known before the first call wants them.
    bridge->office_.run([b = bridge.get()] {
        std::vector<std::string> warnings;
        (void)b->catalog_.list(b->options_.settings, warnings);
        for (const std::string& warning : warnings) cli::warn(warning);
    });
    bridge->journal_ = std::make_unique<store::JournalWriter>(std::move(journal));
    if (Status ok = succession.begin(*bridge, std::move(channel)); !ok) return ok.error();
    return bridge;
}

Status Bridge::listen(Bequest inherited) {
    if (!inherited.nonce.empty()) nonce_ = inherited.nonce;  // one bridge to those who compare
    set_public_base(inherited.public_base);
    for (Dials::Entry& dial : inherited.dials) dials_.restore(std::move(dial));
    net::ServerOptions open;
    open.address = options_.settings.listen_address;
    open.listening_fd = inherited.carrier.release();
    open.port = options_.settings.port;
    open.headers = {"x-twilio-signature", "content-type"};
    open.max_body = open.ws.max_message = 64U << 10U;
    auto server = net::Server::listen(
        loop_, open, [this](const auto& r, net::Responder a) { on_request(r, std::move(a)); },
        [this](const auto& r) { return on_upgrade(r); });
    if (!server) return server.error();
    server_ = std::move(*server);

    net::ServerOptions ours;
    ours.unix_socket = options_.settings.operator_socket;
    ours.listening_fd = inherited.operators.release();
    auto operators = net::Server::listen(
        loop_, ours, [this](const auto& r, net::Responder a) { on_operator(r, std::move(a)); });
    if (!operators) return operators.error();
    operator_server_ = std::move(*operators);
    loop_.resolve_ahead(options_.settings.openai_realtime_url);
    return Done{};
}

void Bridge::set_public_base(std::string base) {
    while (base.ends_with('/')) base.pop_back();
    public_base_ = std::move(base);
}

CallDriver* Bridge::find(std::string_view call_sid) {
    auto it = calls_.find(call_sid);
    return it == calls_.end() ? nullptr : it->second.get();
}

bool Bridge::full() const {
    int most = options_.settings.max_calls;
    // Those that run come first: a loop that is this late takes no more. (One that carries none was
    // late for another reason, and turns too seldom to find out that it is well again.)
    bool late = !calls_.empty() && loop_.turns().smoothed_ms > late_loop_ms;
    return draining_ || late || free_descriptors() < descriptors_of_call ||
           (most > 0 && static_cast<int>(calls_.size() + briefings_.size()) >= most);
}

/// For what anybody on the internet can cause.
void Bridge::say_within(cli::LineLimit& limit, std::string_view line) const {
    if (std::string said = limit.pass(line, loop_.now()); !said.empty()) cli::say(said);
}

/// Reads the files away from the loop, then makes the call. `done` gets null if that failed.
void Bridge::brief_call(CallFacts facts, Dial dial, std::function<void(CallDriver*)> done) {
    briefings_.insert(facts.call_sid);
    office_.run([this, facts = std::move(facts), dial = std::move(dial), done = std::move(done)] {
        auto setup =
            std::make_shared<Result<CallSetup>>(brief(options_.settings, facts, dial, &catalog_));
        loop_.post([this, setup, sid = facts.call_sid, done] {
            briefings_.erase(briefings_.find(sid));
            if (CallDriver* there = find(sid); there != nullptr) return done(there);
            if (!*setup) {
                cli::warn((*setup).error().what);
                done(nullptr);
                return tell_if_drained();
            }
            for (const std::string& warning : (**setup).warnings) cli::warn(warning);
            ++metrics_.calls_started;
            (*setup)->tapes.trace_folder = options_.trace_folder;
            auto made = std::make_unique<CallDriver>(*this, std::move(**setup));
            CallDriver& call = *calls_.emplace(sid, std::move(made)).first->second;
            call.begin();
            end_if_over(call);
            done(&call);
        });
    });
}

/// The carrier may have told the end of a call while it was still being prepared.
void Bridge::end_if_over(CallDriver& call) {
    if (const CallState& known = states_.at(call.meta().call_sid); known.final())
        call.feed(call::CarrierStatus{known.status});
}

Admission Bridge::admit(const twilio::StreamStart& start, Question::Way way) {
    auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    std::string_view token = start.parameter("token");
    if (CallDriver* call = find(start.call_sid);
        call != nullptr && tokens_.take(token, start.call_sid, now))
        return {call, std::nullopt};
    bool genuine = tokens_.genuine(token, start.call_sid, now);
    if (genuine && !ours(start.call_sid))
        for (Question::Way next : {way, Question::Way::forward})
            if (succession_.leads(next)) return {nullptr, next};
    ++metrics_.sockets_refused;
    say_within(refused_sockets_,
               fmt::format("media stream refused: {}",
                           genuine ? "its call is over, or has its stream" : "no valid token"));
    return {};
}

void Bridge::journal_start(const store::CallMeta& meta) { journal_->start(meta); }

void Bridge::journal_keep(const store::CallMeta& meta, const call::Record& record,
                          call::Keep fact) {
    metrics_.saw(record, fact);
    journal_->keep(meta.call_sid, record, fact);
}

void Bridge::complete_call(const std::string& call_sid) {
    auto account = carrier::account_of(options_.settings);
    if (!account) return cli::warn(account.error().what);
    http_.send(
        twilio::complete_call(*account, call_sid), [call_sid](const Result<HttpResponse>& answer) {
            // 21220: not in a state for this change, that is: already over.
            if (!answer)
                cli::say(fmt::format("hanging up {}: {}", call_sid, answer.error().what));
            else if (answer->status >= 400 && answer->body.find("21220") == std::string::npos)
                cli::say(fmt::format("hanging up {}: HTTP {}", call_sid, answer->status));
        });
}

void Bridge::run_function(FunctionRun run) {
    const std::string sid = run.call.call_sid, call_id = run.call_id;
    functions_.run(options_.settings, std::move(run), [this, sid, call_id](FunctionResult result) {
        loop_.post([this, sid, call_id, result = std::move(result)] {
            function_returned(sid, call_id, result.output, result.ok);
        });
    });
}

void Bridge::function_returned(const std::string& call_sid, const std::string& call_id,
                               const std::string& output, bool ok) {
    if (CallDriver* call = find(call_sid); call != nullptr)
        call->feed(call::FunctionReturned{call_id, output, ok});
}

void Bridge::answer_given(const std::string& call_sid, const std::string& call_id, bool yes,
                          const std::string& words) {
    if (CallDriver* call = find(call_sid); call != nullptr)
        call->feed(call::AnswerGiven{call_id, yes, words});
}

void Bridge::call_finished(CallDriver& call) {
    const std::string sid = call.meta().call_sid;
    const call::Record& record = call.session().record();
    functions_.end_call(sid);
    if (auto asked = call.asked_questions(); !asked.empty())
        office_.run([folder = options_.settings.directory + "/spool", asked] {
            act::AskList questions(folder);
            for (const std::string& id : asked)
                if (auto closed = questions.close(id); !closed) cli::warn(closed.error().what);
        });
    states_.at(sid).after = call.session().after();
    states_.at(sid).acknowledged = record.acknowledged;
    succession_.tell_state(sid, states_.at(sid));
    ++metrics_.calls_finished;
    metrics_.cost_usd += call.cost_so_far();
    // A call that nobody answered is no conversation.
    bool talked = !call.meta().stream_sid.empty() || call.meta().direction == "inbound" ||
                  !record.answered_by.empty() || record.ended_by == call::EndedBy::error;
    if (auto tapes = call.take_tapes(); talked && tapes)
        save_behind(std::move(tapes), call.log());
    else if (talked)
        save(call.log());
    else
        journal_->discard(sid);
    loop_.post([this, sid] {
        calls_.erase(sid);
        tell_if_drained();
    });
}

/// When there is the log, what it names is there too, and whole.
void Bridge::save_behind(std::unique_ptr<CallTapes> tapes, store::CallLog log) {
    ++open_tapes_;
    tapes->close([this, log = std::move(log)](bool recorded) {
        loop_.post([this, log, recorded]() mutable {
            --open_tapes_;
            if (!recorded) log.meta.recording.clear();
            save(std::move(log));
        });
    });
}

void Bridge::save(store::CallLog log) {
    std::string sid = log.meta.call_sid;
    std::string line = record_line(log, store::log_path(options_.settings.call_log_dir, log.meta));
    ++unsaved_logs_;
    journal_->finish(std::move(log), [this, sid, line](const std::string& saved) {
        loop_.post([this, sid, saved, line] { log_saved(sid, saved, line); });
    });
}

void Bridge::log_saved(const std::string& call_sid, const std::string& path,
                       const std::string& record) {
    --unsaved_logs_;
    states_.at(call_sid).log = path;
    succession_.tell_state(call_sid, states_.at(call_sid));
    if (options_.print_record) options_.print_record(record);
    if (!options_.on_call_end.empty()) run_on_call_end(path);
    tell_if_drained();
}

void Bridge::run_on_call_end(const std::string& log_path) {
    ChildOptions child;
    child.argv = options_.on_call_end;
    child.argv.push_back(log_path);
    child.directory = options_.settings.directory;
    child.set_env = {{"PATH", path_with_tools()}, {"PA_AGENT_DIR", options_.settings.directory}};
    after_call_.run([child] {
        auto started = ChildProcess::start(child);
        if (!started) return cli::warn(fmt::format("--on-call-end: {}", started.error().what));
        if (int status = started->wait(); status != 0)
            cli::say(fmt::format("--on-call-end: {} ended with {}", child.argv[0], status));
    });
}

void Bridge::drain(std::function<void()> drained) {
    draining_ = true;
    drained_ = std::move(drained);
    tell_if_drained();
}

bool Bridge::busy() const {
    bool own = !calls_.empty() || !briefings_.empty() || open_tapes_ > 0 ||
               (unsaved_logs_ > 0 && !(logs_until_ && loop_.now() >= *logs_until_));
    bool others = asked_others_ > 0 || waiting_sockets_ > 0 || !succession_.sent_all() ||
                  succession_.has_predecessor() ||  // who is reached through us only
                  (serve_on_ && loop_.now() < *serve_on_);
    return own || (others && !give_up_others_);
}

void Bridge::tell_if_drained() {
    if (!drained_) return;
    // A disk without room is no reason to stay for ever.
    if (give_up_others_ && calls_.empty() && !logs_until_) logs_until_ = loop_.now() + log_patience;
    if (busy()) return drained_yet_.arm(std::chrono::milliseconds(50));
    auto tell = std::exchange(drained_, nullptr);
    tell();
}

void Bridge::end_all(std::string_view reason) {
    give_up_others_ = true;
    std::vector<std::string> sids;
    for (const auto& [sid, call] : calls_) sids.push_back(sid);
    for (const auto& sid : sids)
        if (CallDriver* call = find(sid); call != nullptr) call->feed(call::EndRequested{reason});
    tell_if_drained();
}

}  // namespace pa::bridge
