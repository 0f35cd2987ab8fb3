// What a call wants done. The driver carries all of them out, in order, before the next event.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace pa::call {

// --- to the model ---
struct OpenModel {};  // connect the model's leg
/// session.update; all else comes from the configuration. `interruptible`: the service cancels a
/// response when the caller speaks and answers by itself when they stop; else we do both.
struct ConfigureSession {
    bool interruptible;
};
struct AppendAudio {
    std::string_view payload;
};  // base64 u-law, as the caller's frame had it
/// response.create. `instructions`, if any, are for this response alone. They go before it as a
/// system message, which is taken back when the response is done: in the response itself they would
/// take the place of the session's, and whatever changes at the front of the context costs the
/// cache of all that follows. `purpose` comes back as
/// ResponseStarted::purpose. `words_only`: it may call no function.
struct CreateResponse {
    std::string instructions;
    std::string_view purpose;
    bool words_only = false;
};
struct CancelResponse {};
struct AddMessage {
    std::string_view role;
    std::string text;
};  // "system", "user", "assistant"
struct AddFunctionOutput {
    std::string call_id, output;
};
struct Truncate {
    std::string item_id;
    int content_index;
    std::int64_t audio_end_ms;
};
struct DeleteItem {
    std::string item_id;
};
struct CloseModel {};

// --- to the carrier ---
struct PlayAudio {
    std::string_view payload;
};  // base64 u-law
struct SendMark {
    std::string name;
};
struct ClearPlayback {};
struct CompleteCall {};  // hang up by REST
/// Put the other side through to that number, by REST, for at most that time. The stream ends when
/// the carrier does it; TransferEnded tells what became of it.
struct Transfer {
    std::string number;
    std::int64_t most_ms;
};
struct CloseStream {};

// --- on our side ---
struct OwnerProved {};  // the PIN was given: configure the session for the owner
/// The instructions of the session are, from the next ConfigureSession on, those for a machine that
/// listens, or (`on` false) those for a person again.
struct ForMachine {
    bool on;
};
struct RunFunction {
    std::string call_id, name, arguments;
};
/// A fact of the record was completed and is worth keeping across a crash.
struct Keep {
    enum class What { start, line, turn, function, event, error } what;
    std::size_t index;
};
struct Finished {};  // nothing more will happen: write the log

using Action =
    std::variant<OpenModel, ConfigureSession, AppendAudio, CreateResponse, CancelResponse,
                 AddMessage, AddFunctionOutput, Truncate, DeleteItem, CloseModel, PlayAudio,
                 SendMark, ClearPlayback, CompleteCall, CloseStream, OwnerProved, ForMachine,
                 RunFunction, Keep, Finished, Transfer>;

}  // namespace pa::call
