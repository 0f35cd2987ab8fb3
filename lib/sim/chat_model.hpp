// The simulated Chat Completions API: finds in the transcript that it was sent the requests that
// the scenario knows, and answers in the form that the request's JSON schema demands. No socket.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/http_message.hpp"
#include "sim/clip_book.hpp"
#include "sim/recorded_answers.hpp"
#include "sim/scenario.hpp"

namespace pa::sim {

class ChatModel {
public:
    /// All are borrowed. With `recorded` those answers are given in place of the scenario's; a
    /// question that nobody recorded is a 400.
    ChatModel(const Scenario& scenario, const ClipBook& book, RecordedAnswers* recorded = nullptr)
        : scenario_(scenario), book_(book), recorded_(recorded) {}

    /// What the service answers. Errors have its JSON: an unknown field or model, parameters that
    /// the model's generation does not take, a schema that is not strict, an HTTP fault. Faults:
    /// cut (finish_reason length), fail (a refusal), garbage (content that is no JSON).
    [[nodiscard]] HttpResponse answer(std::string_view body, const Fault* fault,
                                      std::int64_t unix_time) const;
    /// How many requests of the scenario are in that text.
    [[nodiscard]] std::vector<const ExtractionScript*> found_in(std::string_view transcript) const;

private:
    const Scenario& scenario_;
    const ClipBook& book_;
    RecordedAnswers* recorded_;
};

/// {"error":{…}} as the REST API has it.
[[nodiscard]] HttpResponse api_error(int status, std::string_view code, std::string_view message,
                                     std::string_view param = {}, std::string_view type = {});
/// The refusal that an HTTP fault scripts, with Retry-After.
[[nodiscard]] HttpResponse api_fault(const Fault& fault);
/// GET /v1/models and /v1/models/ID ("" lists).
[[nodiscard]] HttpResponse models_answer(std::string_view id);

/// "2026-03-01" and "+1d 07:00" are "2026-03-02T07:00:00"; see ExtractionScript::due. `start`
/// begins with an ISO date, and may go on with a time and an offset, which is then kept. "" if not
/// readable.
[[nodiscard]] std::string due_time(std::string_view start, std::string_view due);

}  // namespace pa::sim
