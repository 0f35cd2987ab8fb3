#include "bridge/worker.hpp"

#include <fmt/format.h>

#include <tuple>

#include "act/ask.hpp"
#include "base/child_process.hpp"
#include "base/descriptors.hpp"
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
/// Two sockets, one of them twice while it opens, a journal and requests to the carrier, and some
/// for the others.
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

store::JournalWriter::Options journal_options(const config::Settings& settings) {
    store::JournalWriter::Options options;
    options.folder = settings.call_log_dir;
    options.tell = [](const std::string& line) { cli::warn(line); };
    return options;
}

}  // namespace

Worker::Worker(std::size_t number, std::size_t all, net::EventLoop& loop, Commons& commons,
               WorkerHost& host)
    : number_(number),
      all_(all),
      loop_(loop),
      commons_(commons),
      settings_(commons.options.settings),
      host_(host),
      retired_(loop),
      tokens_(settings_.twilio_auth_token),
      left_behind_(loop, [this](store::Leftover left) { end_unattended(std::move(left)); }),
      http_(loop, 4),
      journal_(journal_options(settings_)),
      streams_(net::Server::without_listener(loop, media_limits())) {
    loop_.resolve_ahead(settings_.openai_realtime_url);
}

Worker::~Worker() = default;

CallDriver* Worker::find(std::string_view call_sid) const {
    auto it = calls_.find(call_sid);
    return it == calls_.end() ? nullptr : it->second.get();
}

bool Worker::busy() {
    // A disk without room is no reason to stay for ever.
    if (ending_ && calls_.empty() && !logs_until_) logs_until_ = loop_.now() + log_patience;
    const bool logs = unsaved_logs_ > 0 && !(logs_until_ && loop_.now() >= *logs_until_);
    return !calls_.empty() || !briefings_.empty() || open_tapes_ > 0 || logs;
}

bool Worker::ours(std::string_view call_sid) const {
    return calls_.contains(call_sid) || briefings_.contains(call_sid) ||
           left_behind_.has(call_sid) || over_here(call_sid) || states_.forgotten(call_sid);
}

/// It has ended, and how is known still.
bool Worker::over_here(std::string_view call_sid) const {
    const CallState* state = states_.find(call_sid);
    return state != nullptr && state->after;
}

/// For a new call, which is then briefed. False if there is none.
bool Worker::take_place() {
    // Those that run come first: a loop that is this late takes no more. (One that carries none was
    // late for another reason, and turns too seldom to find out that it is well again.)
    const bool late = !calls_.empty() && loop_.turns().smoothed_ms > late_loop_ms;
    if (draining_ || late || free_descriptors() < descriptors_of_call || !commons_.places.take())
        return false;
    ++places_;
    return true;
}

/// For a call that may be in preparation already: then it has one.
bool Worker::place_for(std::string_view call_sid) {
    return briefings_.contains(call_sid) || take_place();
}

/// Calls or briefings have changed: what was taken for those that are gone is given back.
void Worker::count_places() {
    const int now = static_cast<int>(calls_.size()) + alone_;
    if (now != places_) commons_.places.change(now - places_);
    places_ = now;
}

/// For what anybody on the internet can cause.
void Worker::say_within(cli::LineLimit& limit, std::string_view line) const {
    if (std::string said = limit.pass(line, loop_.now()); !said.empty()) cli::say(said);
}

/// What it is about, where we place it and were not told: on the office's thread.
Dial Worker::look_up(const CallFacts& facts) const {
    if (facts.direction != "outbound") return {};
    auto noted = noted_dial(settings_.directory + "/run", facts.call_sid, facts.to, wall_now());
    if (noted) return std::move(*noted);
    cli::warn(noted.error().what);
    return {};
}

bool Worker::being_made(std::string_view call_sid) const {
    const auto found = briefings_.find(call_sid);
    return found != briefings_.end() && found->second.makes_call;
}

Worker::Briefing& Worker::briefing_begins(const std::string& call_sid) {
    Briefing& briefing = briefings_[call_sid];
    if (++briefing.under_way == 1) briefing.alone = !calls_.contains(call_sid);
    if (briefing.under_way == 1 && briefing.alone) ++alone_;
    count_places();
    return briefing;
}

void Worker::briefing_ends(const std::string& call_sid) {
    const auto found = briefings_.find(call_sid);
    if (--found->second.under_way == 0) {
        if (found->second.alone) --alone_;
        briefings_.erase(found);
    }
    count_places();
}

/// Reads the files away from the loop, then makes the call. Not before this turn is over: on one
/// core the thread that reads would come before what is answered in it.
void Worker::brief_call(CallFacts facts, std::optional<Dial> dial) {
    briefing_begins(facts.call_sid).makes_call = true;
    auto read = [this, facts = std::move(facts), dial = std::move(dial)] {
        Commons& all = commons_;
        all.spending.look(wall_now());
        auto setup = std::make_shared<Result<CallSetup>>(
            brief(settings_, facts, dial ? *dial : look_up(facts), &all.catalog, &all.kept));
        loop_.post([this, setup, sid = facts.call_sid] { briefed(sid, std::move(*setup)); });
    };
    loop_.post([this, read = std::move(read)] { commons_.office.run(read); });
}

/// It may be there already, taken up meanwhile, or be over.
void Worker::briefed(const std::string& call_sid, Result<CallSetup> setup) {
    Briefing& briefing = briefings_.find(call_sid)->second;
    briefing.makes_call = false;
    const auto asked = std::exchange(briefing.asked, std::nullopt);
    MediaSocket* stream = std::exchange(briefing.stream, nullptr);
    auto gone = std::exchange(briefing.gone, std::nullopt);
    CallDriver* call = find(call_sid);
    const bool makes = call == nullptr && setup && !over_here(call_sid);
    if (call == nullptr && !setup) cli::warn(setup.error().what);
    if (makes) {
        if (asked) std::tie(setup->meta.from, setup->meta.to) = std::tie(asked->from, asked->to);
        for (const std::string& warning : setup->warnings) cli::warn(warning);
        ++metrics_.calls_started;
        call = &add_call(std::move(*setup));
        call->begin();
        catch_up(*call);
    }
    if (call != nullptr && asked) {
        call->learn_numbers(asked->from, asked->to);
        call->milestones().asked(asked->when);
        if (call->first_token.empty()) call->first_token = asked->token;
    }
    // The carrier will come for it, and is told then that there is none.
    if (call == nullptr && asked && !over_here(call_sid)) {
        CallState& state = states_.at(call_sid, loop_.now());
        state.after = call::After::apologise;
        state.unprepared = true;
        tell_state(call_sid);
    }
    if (const CallState* known = states_.find(call_sid);
        makes && known != nullptr && !known->answered_by.empty())
        call->feed(call::AnsweredBy{known->answered_by});
    briefing_ends(call_sid);
    if (stream != nullptr) stream->go_on();
    if (call != nullptr && gone) MediaSocket::tell_of(std::move(*gone), *this);
    if (makes) end_if_over(*call);
}

CallDriver& Worker::add_call(CallSetup setup) {
    setup.tapes.trace_folder = commons_.options.trace_folder;
    const std::string sid = setup.meta.call_sid;
    auto made = std::make_unique<CallDriver>(*this, std::move(setup));
    CallDriver& call = *calls_.insert_or_assign(sid, std::move(made)).first->second;
    if (auto b = briefings_.find(sid);
        b != briefings_.end() && std::exchange(b->second.alone, false))
        --alone_;
    count_places();
    return call;
}

/// What the carrier has told while the call was still being prepared.
void Worker::catch_up(CallDriver& call) const {
    const CallState* known = states_.find(call.meta().call_sid);
    if (known == nullptr) return;
    if (known->rang) call.milestones().saw_status("ringing", *known->rang);
    if (known->answered) call.milestones().saw_status("in-progress", *known->answered);
}

/// That may have been its end; or we may be ending.
void Worker::end_if_over(CallDriver& call) {
    const CallState* known = states_.find(call.meta().call_sid);
    if (known != nullptr && known->final()) call.feed(call::CarrierStatus{known->status});
    if (ending_) call.feed(call::EndRequested{"stopped"});
}

Admission Worker::admit(MediaSocket& socket, const twilio::StreamStart& start, Question::Way way) {
    if (std::size_t to = worker_of(start.call_sid, all_); to != number_)
        return {nullptr, [this, to, way](Fd fd, std::string bytes) {
                    host_.move_stream(number_, to, std::move(fd), std::move(bytes), way);
                }};
    auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    std::string_view token = start.parameter("token");
    if (CallDriver* call = find(start.call_sid);
        call != nullptr && call->expects(token) && tokens_.take(token, start.call_sid, now))
        return {call};
    // The carrier goes on to /after, which tells how it ended.
    if (over_here(start.call_sid) && tokens_.take(token, start.call_sid, now))
        return {.over = true};
    bool genuine = tokens_.genuine(token, start.call_sid, now);
    if (auto b = briefings_.find(start.call_sid); b != briefings_.end() && genuine) {
        Briefing& briefing = b->second;
        if (briefing.asked && briefing.asked->token == token && briefing.stream == nullptr) {
            briefing.stream = &socket;
            briefing.gone.reset();
            return {.later = true};
        }
    }
    if (genuine && !ours(start.call_sid))
        for (Question::Way next : {way, Question::Way::forward})
            if (host_.leads(next))
                return {nullptr, [this, next](Fd fd, std::string bytes) {
                            host_.give_stream(number_, std::move(fd), std::move(bytes), next);
                        }};
    ++metrics_.sockets_refused;
    say_within(refused_sockets_,
               fmt::format("media stream refused: {}",
                           genuine ? "its call has its stream" : "no valid token"));
    return {};
}

void Worker::waits_no_more(const MediaSocket& socket, std::optional<GoneStream> gone) {
    for (auto& [sid, briefing] : briefings_)
        if (briefing.stream == &socket) {
            briefing.stream = nullptr;
            briefing.gone = std::move(gone);
            return;
        }
}

void Worker::journal_start(const store::CallMeta& meta) { journal_.start(meta); }

void Worker::journal_keep(const store::CallMeta& meta, const call::Session& session,
                          call::Keep fact) {
    metrics_.saw(session.record(), fact);
    if (fact.what == call::Keep::What::line)
        journal_.keep(meta.call_sid, fact.index, session.transcript().line(fact.index));
    else
        journal_.keep(meta.call_sid, session.record(), fact);
}

void Worker::complete_call(const std::string& call_sid) { hang_up(call_sid, 1); }

/// Again for a minute while the carrier does not answer: the call would go on, and cost.
void Worker::hang_up(const std::string& call_sid, int attempt) {
    constexpr int attempts = 6;
    if (const CallState* known = states_.find(call_sid); known != nullptr && known->final()) return;
    auto account = carrier::account_of(settings_);
    if (!account) return cli::warn(account.error().what);
    http_.send(twilio::complete_call(*account, call_sid), [this, call_sid, attempt](
                                                              const Result<HttpResponse>& answer) {
        hang_ups_.erase(call_sid);
        // 21220: not in a state for this change, that is: already over.
        if (answer && (answer->status < 400 || answer->body.find("21220") != std::string::npos))
            return;
        cli::say(
            fmt::format("hanging up {}: {}", call_sid,
                        answer ? fmt::format("HTTP {}", answer->status) : answer.error().what));
        const bool later = !answer || answer->status == 429 || answer->status >= 500;
        if (!later || attempt == attempts) return;
        auto again = std::make_unique<net::Timer>(
            loop_, [this, call_sid, attempt] { hang_up(call_sid, attempt + 1); });
        again->arm(std::chrono::seconds(1 << attempt));
        hang_ups_.insert_or_assign(call_sid, std::move(again));
    });
}

void Worker::run_function(FunctionRun run) {
    const std::string sid = run.call.call_sid, call_id = run.call_id;
    commons_.functions.run(settings_, std::move(run), [this, sid, call_id](FunctionResult result) {
        loop_.post([this, sid, call_id, result = std::move(result)] {
            function_returned(sid, call_id, result.output, result.ok);
        });
    });
}

void Worker::function_returned(const std::string& call_sid, const std::string& call_id,
                               const std::string& output, bool ok) {
    if (CallDriver* call = find(call_sid); call != nullptr)
        call->feed(call::FunctionReturned{call_id, output, ok});
}

void Worker::answer_given(const std::string& call_sid, const std::string& call_id, bool yes,
                          const std::string& words) {
    if (CallDriver* call = find(call_sid); call != nullptr)
        call->feed(call::AnswerGiven{call_id, yes, words});
}

void Worker::call_finished(CallDriver& call) {
    const std::string sid = call.meta().call_sid;
    const call::Record& record = call.session().record();
    let_go(sid, false);
    commons_.functions.end_call(sid);
    if (auto asked = call.asked_questions(); !asked.empty())
        commons_.office.run([folder = settings_.directory + "/spool", asked] {
            act::AskList questions(folder);
            for (const std::string& id : asked)
                if (auto closed = questions.close(id); !closed) cli::warn(closed.error().what);
        });
    CallState& state = states_.at(sid, loop_.now());
    state.after = call.session().after();
    state.unprepared = false;
    state.acknowledged = record.acknowledged;
    tell_state(sid);
    ++metrics_.calls_finished;
    metrics_.cost_usd += call.cost_so_far();
    commons_.spending.finished(call.meta(), call.cost_so_far());
    // A call that nobody answered is no conversation.
    bool talked = !call.meta().stream_sid.empty() || call.meta().direction == "inbound" ||
                  !record.answered_by.empty() || record.ended_by == call::EndedBy::error;
    if (auto tapes = call.take_tapes(); talked && tapes)
        save_behind(std::move(tapes), call.log());
    else if (talked)
        save(call.log());
    else
        journal_.discard(sid);
    loop_.post([this, sid] {
        calls_.erase(sid);
        count_places();
    });
}

/// When there is the log, what it names is there too, and whole.
void Worker::save_behind(std::unique_ptr<CallTapes> tapes, store::CallLog log) {
    ++open_tapes_;
    tapes->close([this, log = std::move(log)](bool recorded) {
        loop_.post([this, log, recorded]() mutable {
            --open_tapes_;
            if (!recorded) log.meta.recording.clear();
            save(std::move(log));
        });
    });
}

void Worker::save(store::CallLog log) {
    std::string sid = log.meta.call_sid;
    std::string line = record_line(log, store::log_path(settings_.call_log_dir, log.meta));
    ++unsaved_logs_;
    journal_.finish(std::move(log), [this, sid, line](const std::string& saved) {
        loop_.post([this, sid, saved, line] { log_saved(sid, saved, line); });
    });
}

void Worker::log_saved(const std::string& call_sid, const std::string& path,
                       const std::string& record) {
    --unsaved_logs_;
    // A disk that was full for long: what the call was is forgotten by then.
    if (states_.find(call_sid) != nullptr) states_.at(call_sid, loop_.now()).log = path;
    tell_state(call_sid);
    if (commons_.options.print_record) commons_.options.print_record(record);
    if (!commons_.options.on_call_end.empty()) run_on_call_end(path);
}

void Worker::run_on_call_end(const std::string& log_path) {
    ChildOptions child;
    child.argv = commons_.options.on_call_end;
    child.argv.push_back(log_path);
    child.directory = settings_.directory;
    child.set_env = {{"PATH", path_with_tools()}, {"PA_AGENT_DIR", settings_.directory}};
    commons_.after_call.run([child] {
        auto started = ChildProcess::start(child);
        if (!started) return cli::warn(fmt::format("--on-call-end: {}", started.error().what));
        if (int status = started->wait(); status != 0)
            cli::say(fmt::format("--on-call-end: {} ended with {}", child.argv[0], status));
    });
}

void Worker::take_stream(Fd fd, std::string bytes, Question::Way way) {
    streams_->adopt(std::move(fd), std::move(bytes), std::make_unique<MediaSocket>(*this, way));
}

void Worker::learned(const std::string& call_sid, const CallState& state) {
    states_.learn(call_sid, state, loop_.now());
}

void Worker::tell_state(const std::string& call_sid) {
    const CallState* state = states_.find(call_sid);
    if (state != nullptr && host_.leads(Question::Way::forward))
        host_.tell_state(number_, call_sid, *state);
}

void Worker::end_all(std::string_view reason) {
    ending_ = true;
    std::vector<std::string> sids;
    for (const auto& [sid, call] : calls_) sids.push_back(sid);
    for (const auto& sid : sids)
        if (CallDriver* call = find(sid); call != nullptr) call->feed(call::EndRequested{reason});
}

}  // namespace pa::bridge
