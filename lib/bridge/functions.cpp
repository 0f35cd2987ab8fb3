#include "bridge/functions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/child_run.hpp"
#include "base/program.hpp"
#include "base/text.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"

namespace pa::bridge {
namespace {

void write_end_call(json::Writer& w) {
    w.object().member("type", "function").member("name", "end_call");
    w.member(
        "description",
        "Hang up. Call it only after you have said goodbye and the other side has nothing more to "
        "say. Say nothing after it.");
    w.key("parameters").object().member("type", "object");
    w.key("properties").object().end();
    w.key("required").array().end();
    w.member("additionalProperties", false).end().end();
}

void write_acknowledge(json::Writer& w) {
    w.object().member("type", "function").member("name", "acknowledge");
    w.member(
        "description",
        "Report the answer to the question that this call is to have answered, as soon as it "
        "was given in words or by a key. Call it once for each answer, before you say goodbye, "
        "and read its result.");
    w.key("parameters").object().member("type", "object").key("properties").object();
    w.key("acknowledged").object().member("type", "boolean");
    w.member("description", "true only if they clearly said yes (or pressed 1)").end();
    w.key("words").object().member("type", "string");
    w.member("description", "their own words, exactly as they said them; or the key").end().end();
    w.key("required").array().value("acknowledged").value("words").end();
    w.member("additionalProperties", false).end().end();
}

FunctionResult failure(std::string_view why) {
    json::Writer w;
    w.start().object().member("error", why).end();
    return {w.str(), false};
}

std::string last_line(std::string_view text) {
    text = trim(text);
    return to_utf8(text.substr(text.rfind('\n') + 1).substr(0, 300));
}

FunctionResult result_of(const RunOutcome& o, std::chrono::milliseconds timeout) {
    using End = RunOutcome::End;
    if (o.end == End::timed_out)
        return failure(
            fmt::format("it took longer than {} s and was stopped",
                        std::chrono::duration_cast<std::chrono::seconds>(timeout).count()));
    if (o.end == End::too_much_output) return failure("it printed too much and was stopped");
    if (o.end == End::cancelled) return failure("the call is over");
    std::string out = to_utf8(trim(o.out));
    if (o.status == 0) return {out.empty() ? R"({"ok":true})" : out, true};
    // It may have told the model itself what went wrong.
    auto told = json::Document::parse(out);
    if (told && told->root()["error"].exists()) return {out, false};
    std::string why = last_line(o.err.empty() ? out : o.err);
    return failure(why.empty() ? fmt::format("it failed with status {}", o.status) : why);
}

}  // namespace

Environment function_environment(const config::Settings& settings) {
    Environment env = plain_environment();
    std::erase_if(env, [](const auto& variable) { return variable.first == "PATH"; });
    env.emplace_back("PATH", path_with_tools());  // the shipped ones are front ends of pa-act
    env.emplace_back("PA_AGENT_DIR", settings.directory);
    // Where these were set in our environment or by a flag, .env alone would tell them otherwise.
    env.emplace_back("TIMEZONE", settings.timezone);
    env.emplace_back("LANGUAGE", settings.language);
    env.emplace_back("WORKSPACE_DIR", settings.workspace_dir);
    return env;
}

const Function* find_function(const FunctionList& functions, std::string_view name) {
    auto found = std::find_if(functions.begin(), functions.end(),
                              [&](const Function& f) { return f.name == name; });
    return found == functions.end() ? nullptr : &*found;
}

std::string tools_with(const FunctionList& functions, bool wants_ack) {
    json::Writer w;
    w.start().array();
    write_end_call(w);
    if (wants_ack) write_acknowledge(w);
    for (const Function& f : functions) {
        w.object().member("type", "function").member("name", f.name);
        w.member("description", f.description).key("parameters").raw(f.parameters).end();
    }
    return w.end().str();
}

FunctionResult run_function(const config::Settings& settings, const FunctionRun& run,
                            const std::function<bool()>& cancelled,
                            std::chrono::milliseconds timeout) {
    auto arguments = json::Document::parse(run.arguments.empty() ? "{}" : run.arguments);
    if (!arguments || !arguments->root().is_object())
        return failure("the arguments are no JSON object");
    ChildOptions child;
    child.argv = {run.function.path};
    child.directory = settings.directory;
    child.clear_env = true;
    child.set_env = function_environment(settings);
    child.set_env.emplace_back("PA_CALL_SID", run.call.call_sid);
    child.set_env.emplace_back("PA_CALL_ID", run.call_id);
    child.set_env.emplace_back("PA_CALLER",
                               run.call.direction == "inbound" ? run.call.from : run.call.to);
    child.set_env.emplace_back("PA_KEYS", run.keys);
    child.pipe_stderr = true;
    RunBounds bounds{timeout, FunctionRunner::most_output, cancelled};
    auto outcome = run_child(child, arguments->root().dump() + "\n", bounds);
    if (!outcome) return failure(outcome.error().what);
    return result_of(*outcome, timeout);
}

void FunctionRunner::finish() {
    {
        std::lock_guard lock(mutex_);
        for (auto& [sid, call] : calls_) call->over = true;
    }
    pool_.finish();
}

std::shared_ptr<FunctionRunner::Call> FunctionRunner::call_of(const std::string& call_sid) {
    std::lock_guard lock(mutex_);
    auto& call = calls_[call_sid];
    if (!call) call = std::make_shared<Call>();
    return call;
}

void FunctionRunner::run(const config::Settings& settings, FunctionRun run,
                         std::function<void(FunctionResult)> done) {
    auto call = call_of(run.call.call_sid);
    bool many = ++call->runs > most_of_a_call;
    pool_.run([&settings, run = std::move(run), done = std::move(done), call, many] {
        auto cancelled = [&call] { return call->over.load(); };
        FunctionResult result = many          ? failure("too many functions at a time")
                                : cancelled() ? failure("the call is over")
                                              : run_function(settings, run, cancelled, timeout);
        --call->runs;
        done(std::move(result));
    });
}

void FunctionRunner::end_call(const std::string& call_sid) {
    std::lock_guard lock(mutex_);
    auto found = calls_.find(call_sid);
    if (found == calls_.end()) return;
    found->second->over = true;
    calls_.erase(found);
}

}  // namespace pa::bridge
