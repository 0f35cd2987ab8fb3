#include "extract/ask.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <random>
#include <thread>

#include "extract/prompt.hpp"
#include "openai/chat.hpp"
#include "openai/errors.hpp"

namespace pa::extract {
namespace {

using std::chrono::milliseconds;

double scattered(const AskOptions& o) {
    if (o.random) return o.random();
    thread_local std::mt19937 generator(std::random_device{}());
    return std::uniform_real_distribution<double>(0, 1)(generator);
}

/// Half to the whole of a wait that doubles, so that parallel askers do not come back together.
milliseconds back_off(const AskOptions& o, int attempt) {
    milliseconds wait = std::min(o.longest_wait, o.first_wait * (1 << std::min(attempt, 10)));
    return milliseconds(
        static_cast<std::int64_t>(static_cast<double>(wait.count()) * (0.5 + scattered(o) / 2)));
}

void pause(const AskOptions& o, milliseconds time) {
    if (o.sleep)
        o.sleep(time);
    else
        std::this_thread::sleep_for(time);
}

/// The response that counts: 200, a refusal that stands, or the last of all tries.
Result<HttpResponse> send_patiently(net::Http& http, const AskOptions& o,
                                    const HttpRequest& request) {
    for (int attempt = 0;; ++attempt) {
        auto response = http.send(request);
        if (response && response->status == 200) return response;
        Error error = response ? openai::openai_error(*response) : response.error();
        milliseconds wait = back_off(o, attempt);
        if (response)
            if (auto least = openai::retry_after_ms(*response))
                wait = std::max(wait, milliseconds(*least));
        if (error.code == Errc::later && wait > o.most_patience)
            return Error{Errc::later,
                         fmt::format("{} (it asks to wait {} s)", error.what, wait.count() / 1000)};
        if (error.code != Errc::later || attempt + 1 >= o.tries) return response;
        pause(o, wait);
    }
}

Result<openai::ChatAnswer> converse(net::Http& http, const AskOptions& o,
                                    openai::ChatRequest question) {
    for (bool more_room = false, plain = false;;) {
        auto response = send_patiently(http, o, openai::chat_request(o.base_url, o.key, question));
        if (!response) return response.error();
        if (!plain && openai::wants_json_mode(*response)) {
            plain = question.json_mode = true;
            continue;
        }
        auto answer = openai::read_chat(*response);
        if (!answer || answer->ending != openai::ChatAnswer::Ending::cut || more_room)
            return answer;
        more_room = true;
        question.max_tokens *= 4;
    }
}

Judgement refused(const std::string& words) {
    Judgement none;
    none.dropped.push_back(fmt::format("the model would not answer: {}", words));
    return none;
}

}  // namespace

Result<Judgement> ask(net::Http& http, const AskOptions& o, const store::CallLog& log) {
    openai::ChatRequest question = question_about(log, o.model, o.timezone);
    std::optional<Judgement> best;
    Error fault{Errc::data, ""};
    for (int asked = 0; asked < 2; ++asked) {
        auto chat = converse(http, o, question);
        if (!chat && best) break;  // what we have is better than nothing
        if (!chat) return chat.error();
        if (chat->ending == openai::ChatAnswer::Ending::refused) return refused(chat->text);
        auto answer = read_answer(chat->text);
        if (!answer) {
            fault.what = fmt::format("{} gave no valid answer: {}", o.model, answer.error().what);
            continue;
        }
        Judgement judgement = judge(*answer, log);
        bool sound = judgement.dropped.empty();
        if (!best || judgement.dropped.size() < best->dropped.size()) best = std::move(judgement);
        if (sound) break;
    }
    if (!best) return fault;
    return std::move(*best);
}

}  // namespace pa::extract
