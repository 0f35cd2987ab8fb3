// Responses: made from the scenario's clips, sent piece by piece, ended in one of five ways.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audio/g711.hpp"
#include "base/base64.hpp"
#include "base/text.hpp"
#include "sim/realtime_session.hpp"

namespace pa::sim {
namespace {

constexpr std::size_t cache_block = 64;  // tokens: a prefix is cached in whole blocks

std::string failed_details(const std::string& code, const std::string& message) {
    json::Writer w;
    w.object().member("type", "failed").key("error").object();
    w.member("type", code == "server_error" ? "server_error" : "invalid_request_error");
    return w.member("code", code).member("message", message).end().end().str();
}
std::string reason_details(const char* type, const std::string& reason) {
    json::Writer w;
    return w.object().member("type", type).member("reason", reason).end().str();
}

bool known_model(const std::string& model) { return model.starts_with("gpt-realtime"); }

}  // namespace

// --- asked for ---

void RealtimeSession::on_response_create(json::Value e) {
    json::Value params = e["response"];
    Wish wish;
    wish.event_id = e["event_id"].text();
    wish.instructions = params["instructions"].text();
    wish.purpose = params["metadata"]["purpose"].text();
    if (json::Value metadata = params["metadata"]) wish.metadata = metadata.dump();
    wish.in_conversation = params["conversation"].text("auto") != "none";
    if (params["output_modalities"])
        wish.text_only = params["output_modalities"].at(0).text() == "text";
    wish.output_format = params["audio"]["output"]["format"]["type"].text();
    if (params["max_output_tokens"]) wish.max_output_tokens = params["max_output_tokens"].dump();
    if (params["tool_choice"]) wish.tool_choice = params["tool_choice"].dump();
    params["input"].for_each([&](json::Value item) {
        wish.instructions += " " + std::string(item["content"].at(0)["text"].text());
    });
    create_response(wish);
}

void RealtimeSession::on_response_cancel(json::Value e) {
    std::string id(e["response_id"].text(active_));
    if (id.empty() || !responses_.contains(id))
        return send_error(
            {"response_cancel_not_active", "Cancellation failed: no active response found", ""},
            e["event_id"].text());
    cancel(id, "client_cancelled");
}

/// What the model has before it: the caller's unanswered turns, the last item put in.
Cue RealtimeSession::cue_for(const Wish& wish, const std::string& response_id) {
    Cue cue;
    cue.purpose = wish.purpose;
    cue.instructions = wish.instructions;
    cue.first = true;
    for (Item& item : conversation_.items()) {
        cue.first = cue.first && item.role != "assistant";
        if (item.role != "user" || item.content_type != "input_audio" || !item.answered_by.empty())
            continue;
        cue.caller_spoke = true;
        for (const Heard& heard : item.heard) cue.heard.push_back(heard.clip->id);
        if (wish.in_conversation) item.answered_by = response_id;
    }
    if (conversation_.items().empty()) return cue;
    const Item& last = conversation_.items().back();
    cue.function_returned = last.type == "function_call_output";
    if (last.content_type != "input_text") return cue;
    cue.message = last.text;
    if (last.role == "user") read_words(last.text, cue);
    return cue;
}

/// The caller's words put in as text, as a client does that gives a new session the conversation so
/// far.
void RealtimeSession::read_words(const std::string& text, Cue& cue) const {
    for (const Clip& clip : book_.clips()) {
        if (clip.agent || text.find(clip.text) == std::string::npos) continue;
        cue.heard.push_back(clip.id);
        cue.caller_spoke = true;
    }
}

void RealtimeSession::create_response(const Wish& wish) {
    if (wish.in_conversation && !active_.empty())
        return send_error(
            {"conversation_already_has_active_response",
             fmt::format("Conversation already has an active response in progress: {}. Wait until "
                         "the response is finished before creating a new one.",
                         active_),
             ""},
            wish.event_id);
    ++idle_round_;
    const Fault* fault = faults_.next("model.response");
    if (fault != nullptr && (fault->what == "error" || fault->ms == 0) && misbehave(*fault)) return;
    auto made = std::make_unique<Response>();
    Response& r = *made;
    r.id = new_id("resp");
    r.metadata = wish.metadata;
    r.in_conversation = wish.in_conversation;
    r.text_only = wish.text_only.value_or(settings_.text_only);
    r.output_format = wish.output_format.empty() ? settings_.output_format : wish.output_format;
    r.max_output_tokens =
        wish.max_output_tokens.empty() ? settings_.max_output_tokens : wish.max_output_tokens;
    r.fault = fault;
    plan(r, actor_.answer(cue_for(wish, r.id)));
    std::string choice = wish.tool_choice.empty() ? settings_.tool_choice : wish.tool_choice;
    std::erase_if(r.functions, [&](const FunctionScript& f) {
        const auto& known = settings_.tool_names;  // a model calls only what it was given
        const bool offered = std::find(known.begin(), known.end(), f.name) != known.end();
        return choice == "\"none\"" || (!offered && !script_.any_function);
    });
    responses_.emplace(r.id, std::move(made));
    if (r.in_conversation) active_ = r.id;
    begin(r);
}

/// Spreads what is said over the messages of the response.
void RealtimeSession::plan(Response& r, const Line& line) const {
    auto count = std::min(line.says.size(), static_cast<std::size_t>(script_.items_per_response));
    for (std::size_t i = 0; i < line.says.size(); ++i) {
        std::size_t part = i * count / line.says.size();
        if (part >= r.parts.size()) r.parts.emplace_back();
        Part& p = r.parts[part];
        if (!p.text.empty()) p.text += ' ', p.audio += std::string(200 * 8, audio::kSilence);
        p.text += line.says[i]->text;
        p.audio += line.says[i]->audio;
        p.clips.push_back(line.says[i]->id);
    }
    r.functions = line.functions;
}

// --- sent ---

void RealtimeSession::begin(Response& r) {
    r.input = tokens_of(settings_.instructions + settings_.tools);
    r.input += conversation_.tokens();
    auto cached = [](std::int64_t before, std::int64_t now) {
        return std::min(before, now) / static_cast<std::int64_t>(cache_block) *
               static_cast<std::int64_t>(cache_block);
    };
    r.cached = {cached(last_input_.text, r.input.text), cached(last_input_.audio, r.input.audio)};
    last_input_ = r.input;
    event("response.created");
    write_response(writer_, r, "in_progress", "null", false);
    send();
    event("rate_limits.updated").key("rate_limits").array();
    tokens_left_ = std::max<std::int64_t>(0, 50'000 - r.input.all());
    writer_.object()
        .member("name", "requests")
        .member("limit", 1000)
        .member("remaining", --requests_left_);
    writer_.member("reset_seconds", 60.0).end();
    writer_.object()
        .member("name", "tokens")
        .member("limit", 50'000)
        .member("remaining", tokens_left_);
    writer_.member("reset_seconds", 0.06).end().end();
    send();
    std::int64_t more = r.fault != nullptr && (r.fault->what == "delay" || r.fault->what == "slow")
                            ? r.fault->ms
                            : 0;
    schedule(r.id, static_cast<double>(script_.latency_ms + more), &RealtimeSession::step);
}

void RealtimeSession::schedule(const std::string& id, double ms,
                               void (RealtimeSession::*next)(Response&)) {
    auto wait = std::chrono::microseconds(static_cast<std::int64_t>(ms * 1000));
    agenda_.at(clock_ + wait, [this, id, next] {
        if (auto it = responses_.find(id); it != responses_.end()) (this->*next)(*it->second);
    });
}

/// The next message, else the functions, else the end.
void RealtimeSession::step(Response& r) {
    if (!known_model(options_.model))
        return finish(
            r, "failed",
            failed_details("model_not_found", fmt::format("The model `{}` does not exist or "
                                                          "you do not have access to it.",
                                                          options_.model)));
    if (strike(r)) return;
    if (r.part < r.parts.size()) return open_item(r);
    while (r.function < r.functions.size()) call_function(r, r.functions[r.function++]);
    finish(r, "completed", "null");
}

json::Writer& RealtimeSession::item_event(std::string_view type, const Response& r,
                                          bool with_content) {
    json::Writer& w = event(type).member("response_id", r.id);
    if (with_content) w.member("item_id", r.item.id);
    w.member("output_index", r.output.size());
    if (with_content) w.member("content_index", 0);
    return w;
}

void RealtimeSession::write_part(json::Writer& w, const Response& r, const std::string& text) {
    w.key("part").object().member("type", r.text_only ? "text" : "audio");
    w.member(r.text_only ? "text" : "transcript", text).end();
}

void RealtimeSession::open_item(Response& r) {
    const Part& part = r.parts[r.part];
    r.item = Item{};
    r.item.id = new_id("item");
    r.item.role = "assistant";
    r.item.status = "in_progress";
    r.item.response_id = r.id;
    if (script_.phases)
        r.item.phase =
            r.functions.empty() && r.part + 1 == r.parts.size() ? "final_answer" : "commentary";
    r.item_open = true;
    r.position = r.text_position = 0;
    r.item.write(item_event("response.output_item.added", r, false).key("item"));
    send();
    if (r.in_conversation) send_item("conversation.item.added", *conversation_.add(r.item));
    r.item.content_type = r.text_only ? "output_text" : "output_audio";
    r.item.has_text = true;
    if (Item* kept = conversation_.find(r.item.id))
        kept->content_type = r.item.content_type, kept->has_text = true;
    write_part(item_event("response.content_part.added", r), r, "");
    send();
    if (!r.text_only)
        spoken_.push_back({r.item.id,
                           r.id,
                           part.text,
                           part.clips,
                           {},
                           static_cast<std::int64_t>(part.audio.size() / 8),
                           false});
    next_delta(r);
}

void RealtimeSession::obfuscate(json::Writer& w) {
    if (ids_ % 3 == 0) w.member("obfuscation", std::string(1 + ids_ % 13, 'x'));
}

/// The text runs ahead of the audio by a little, as it does at the service.
void RealtimeSession::send_text_delta(Response& r, const Part& part, std::size_t end) {
    std::size_t letters = utf8_length(part.text);
    std::size_t upto = std::min(letters, letters * end / part.audio.size() + 2);
    if (upto <= r.text_position) return;
    std::string_view before = utf8_prefix(part.text, r.text_position),
                     now = utf8_prefix(part.text, upto);
    std::string delta(now.substr(before.size()));
    r.text_position = upto;
    r.item.text += delta;
    item_event(
        r.text_only ? "response.output_text.delta" : "response.output_audio_transcript.delta", r);
    writer_.member("delta", delta);
    obfuscate(writer_);
    send();
}

void RealtimeSession::send_audio_delta(Response& r, std::string_view piece) {
    r.item.audio += piece;
    spoken_.back().audio += piece;
    if (Item* kept = conversation_.find(r.item.id); kept != nullptr && !kept->truncated)
        kept->audio += piece;
    spoke_ = true;
    bool pcm = r.output_format == "audio/pcm";
    item_event("response.output_audio.delta", r);
    writer_.member("delta", base64_encode(pcm ? audio::pcm24k_of_mulaw(piece) : piece));
    obfuscate(writer_);
    send();
}

void RealtimeSession::next_delta(Response& r) {
    if (strike(r)) return;
    const Part& part = r.parts[r.part];
    if (r.position >= part.audio.size()) {
        close_item(r, "completed");
        ++r.part;
        return step(r);
    }
    auto piece = std::string_view(part.audio)
                     .substr(r.position, static_cast<std::size_t>(script_.delta_bytes));
    r.position += piece.size();
    send_text_delta(r, part, r.position);
    if (!r.text_only) send_audio_delta(r, piece);
    double ms = static_cast<double>(piece.size()) / 8;
    r.sent_ms += static_cast<std::int64_t>(ms);
    schedule(r.id, ms / script_.pace, &RealtimeSession::next_delta);
}

void RealtimeSession::close_item(Response& r, const std::string& status) {
    r.item_open = false;
    r.item.status = status;
    r.out += tokens_of(r.item);
    if (!r.text_only) {
        spoken_.back().interrupted = status != "completed";
        item_event("response.output_audio.done", r);
        send();
    }
    item_event(r.text_only ? "response.output_text.done" : "response.output_audio_transcript.done",
               r);
    writer_.member(r.text_only ? "text" : "transcript", r.item.text);
    send();
    write_part(item_event("response.content_part.done", r), r, r.item.text);
    send();
    r.item.write(item_event("response.output_item.done", r, false).key("item"));
    send();
    json::Writer whole;
    r.item.write(whole);
    r.output.push_back(whole.str());
    Item* kept = conversation_.find(r.item.id);
    if (kept == nullptr) return;
    kept->status = status;
    if (!kept->truncated) kept->text = r.item.text;
    send_item("conversation.item.done", *kept);
}

void RealtimeSession::call_function(Response& r, const FunctionScript& function) {
    Item call;
    call.id = new_id("item");
    call.type = "function_call";
    call.status = "in_progress";
    call.call_id = new_id("call");
    call.name = function.name;
    r.item = call;
    call.write(item_event("response.output_item.added", r, false).key("item"));
    send();
    call.arguments = function.arguments;
    call.status = "completed";
    if (r.in_conversation) send_item("conversation.item.added", *conversation_.add(r.item));
    std::string_view all = function.arguments, head = utf8_prefix(all, utf8_length(all) / 2);
    for (std::string_view delta : {head, all.substr(head.size())}) {
        event("response.function_call_arguments.delta")
            .member("response_id", r.id)
            .member("item_id", call.id);
        writer_.member("output_index", r.output.size())
            .member("call_id", call.call_id)
            .member("delta", delta);
        send();
    }
    event("response.function_call_arguments.done")
        .member("response_id", r.id)
        .member("item_id", call.id);
    writer_.member("output_index", r.output.size()).member("call_id", call.call_id);
    writer_.member("name", call.name).member("arguments", call.arguments);
    send();
    call.write(item_event("response.output_item.done", r, false).key("item"));
    send();
    if (Item* kept = conversation_.find(call.id)) {
        *kept = call;
        send_item("conversation.item.done", *kept);
    }
    json::Writer whole;
    call.write(whole);
    r.output.push_back(whole.str());
    r.out += tokens_of(call);
}

// --- ended ---

bool RealtimeSession::strike(Response& r) {
    if (r.fault == nullptr || r.sent_ms < r.fault->ms) return false;
    const Fault& fault = *std::exchange(r.fault, nullptr);
    if (fault.what == "fail" || fault.what == "cut") {
        if (r.item_open) close_item(r, "incomplete");
        std::string code = fault.code.empty() ? "server_error" : fault.code;
        if (fault.what == "fail")
            finish(r, "failed", failed_details(code, "A scripted failure."));
        else
            finish(r, "incomplete",
                   reason_details("incomplete",
                                  fault.code.empty() ? "max_output_tokens" : fault.code));
        return true;
    }
    misbehave(fault);
    return over_;
}

void RealtimeSession::cancel(const std::string& id, const std::string& reason) {
    auto it = responses_.find(id);
    if (it == responses_.end()) return;
    if (it->second->item_open) close_item(*it->second, "incomplete");
    finish(*it->second, "cancelled", reason_details("cancelled", reason));
}

void RealtimeSession::finish(Response& r, const std::string& status, const std::string& details) {
    event("response.done");
    write_response(writer_, r, status, details, status != "failed");
    send();
    if (status == "failed") {  // what was asked is still unanswered
        actor_.take_back();
        for (Item& item : conversation_.items())
            if (item.answered_by == r.id) item.answered_by.clear();
    }
    std::int64_t audio_ms = r.sent_ms;
    bool ours = r.in_conversation;
    if (ours) active_.clear();
    responses_.erase(std::string(r.id));
    if (ours && status == "completed") arm_idle_timeout(audio_ms);
}

void RealtimeSession::write_response(json::Writer& w, const Response& r, const std::string& status,
                                     const std::string& details, bool with_usage) {
    w.key("response").object().member("object", "realtime.response").member("id", r.id);
    w.member("status", status).key("status_details").raw(details).key("output").array();
    for (const std::string& item : r.output) w.raw(item);
    w.end().key("conversation_id");
    r.in_conversation ? w.value(conversation_id_) : w.null();
    w.key("output_modalities").array().value(r.text_only ? "text" : "audio").end();
    w.key("max_output_tokens")
        .raw(r.max_output_tokens)
        .key("audio")
        .object()
        .key("output")
        .object();
    SessionSettings::write_format(w, r.output_format);
    w.key("voice").raw(settings_.voice).end().end().key("usage");
    if (with_usage) {
        w.object()
            .member("total_tokens", r.input.all() + r.out.all())
            .member("input_tokens", r.input.all());
        w.member("output_tokens", r.out.all()).key("input_token_details").object();
        w.member("text_tokens", r.input.text)
            .member("audio_tokens", r.input.audio)
            .member("image_tokens", 0);
        w.member("cached_tokens", r.cached.all()).key("cached_tokens_details").object();
        w.member("text_tokens", r.cached.text)
            .member("audio_tokens", r.cached.audio)
            .member("image_tokens", 0);
        w.end().end().key("output_token_details").object();
        w.member("text_tokens", r.out.text).member("audio_tokens", r.out.audio).end().end();
    } else {
        w.null();
    }
    w.key("metadata").raw(r.metadata).end();
}

}  // namespace pa::sim
