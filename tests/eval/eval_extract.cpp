// eval_extract: asks the configured model about the calls of tests/data/extraction and counts what
// of its answers is right, at its word and after our checks. See share/doc/extraction.md.
#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "cli/tool.hpp"
#include "config/settings.hpp"
#include "eval/corpus.hpp"
#include "eval/score.hpp"
#include "eval/table.hpp"
#include "extract/ask.hpp"
#include "json/writer.hpp"
#include "net/http.hpp"
#include "openai/chat.hpp"

namespace {

using namespace pa::eval;
using pa::Result;
using pa::cli::Exit;

struct Options {
    std::vector<std::string> themes;
    bool print_answers = false, strict = false;
    std::string corpus = PA_TEST_DATA "/extraction", record;
};

void declare(CLI::App& app, Options& o) {
    app.add_option("THEME", o.themes, "Only these themes");
    app.add_option("--corpus", o.corpus, "Folder of the themes")->capture_default_str();
    app.add_flag("--print-answers", o.print_answers,
                 "Ask nobody; print the recorded answers, for pa-sim openai --answers");
    app.add_option("--record", o.record, "File to keep the model's answers in, in that form");
    app.add_flag("--strict", o.strict,
                 "The answers are the recorded ones: status 1 if any comes out otherwise than the "
                 "corpus says");
}

/// Keeps the contents of what comes back.
class Listening final : public pa::net::Http {
public:
    Result<pa::HttpResponse> send(const pa::HttpRequest& request) override {
        auto response = http_.send(request);
        if (response)
            if (auto chat = pa::openai::read_chat(*response)) contents.push_back(chat->text);
        return response;
    }
    std::vector<std::string> contents;

private:
    pa::net::CurlHttp http_;
};

std::string recorded(const Case& c, const std::vector<std::string>& answers) {
    pa::json::Writer w;
    w.object().key("match").array();
    for (const std::string& mark : marks_of(c)) w.value(mark);
    w.end().key("answers").array();
    for (const std::string& answer : answers) w.value(answer);
    return w.end().end().str();
}

/// Tells what is wrong with a case; true if it is as the corpus says of the recorded answers.
bool tell(const Case& c, bool strict, const std::vector<std::string>& differences) {
    bool as_said = differences.empty() == c.left.empty();
    auto say = strict && !as_said ? pa::cli::warn : pa::cli::note;
    for (const std::string& difference : differences)
        say(fmt::format("{}/{}: {}", c.theme, c.name, difference));
    if (!as_said && differences.empty())
        say(fmt::format("{}/{}: comes out right: nothing is left", c.theme, c.name));
    return as_said;
}

class Evaluation {
public:
    Evaluation(const Options& o, pa::extract::AskOptions ask) : o_(o), ask_(std::move(ask)) {}

    pa::Status examine(Case& c) {
        ask_.timezone = c.zone;
        http_.contents.clear();
        auto judgement = pa::extract::ask(http_, ask_, c.log);
        // An answer that stays invalid is a poor result; everything else is no result.
        if (!judgement && judgement.error().code != pa::Errc::data) return judgement.error();
        std::vector<std::string> none, differences;
        Finding raw = as_answered(http_.contents.empty() ? "" : http_.contents.front(), c);
        Score answered = score(c, raw, none);
        Score checked = score(c, judgement ? after_checks(*judgement) : Finding{}, differences);
        if (!o_.strict) c.flaws.clear();  // those of the recorded answers
        table_.add(c, answered, checked);
        if (!tell(c, o_.strict, differences)) ++surprises_;
        if (o_.record.empty()) return pa::Done{};
        return pa::append_line(o_.record, recorded(c, http_.contents));
    }

    Exit finish() {
        std::string text = table_.text();
        text.pop_back();
        pa::cli::print(text);
        return o_.strict && surprises_ > 0 ? Exit::no : Exit::yes;
    }

private:
    const Options& o_;
    pa::extract::AskOptions ask_;
    Listening http_;
    Table table_;
    int surprises_ = 0;
};

Result<std::vector<Case>> chosen(const Options& o) {
    auto cases = read_corpus(o.corpus);
    if (!cases || o.themes.empty()) return cases;
    std::erase_if(*cases, [&](const Case& c) {
        return std::find(o.themes.begin(), o.themes.end(), c.theme) == o.themes.end();
    });
    if (cases->empty()) return pa::Error{pa::Errc::usage, "no such theme in " + o.corpus};
    return cases;
}

Result<Exit> run(const Options& o) {
    auto cases = chosen(o);
    if (!cases) return cases.error();
    if (o.print_answers) {
        for (Case& c : *cases) {
            c.begin();
            if (!pa::cli::print(recorded(c, c.answers))) break;
        }
        return Exit::yes;
    }
    auto settings = pa::config::load({pa::cli::common().directory, {}, {}});
    if (!settings) return settings.error();
    if (auto ok = settings->require({"OPENAI_API_KEY", "EXTRACT_MODEL", "OPENAI_BASE_URL"}); !ok)
        return ok.error();
    pa::extract::AskOptions ask;
    ask.base_url = settings->openai_base_url;
    ask.model = settings->extract_model;
    ask.key = settings->openai_api_key;
    Evaluation evaluation(o, std::move(ask));
    for (Case& c : *cases) {
        c.begin();
        if (auto done = evaluation.examine(c); !done)
            return done.error().in(c.theme + "/" + c.name);
    }
    return evaluation.finish();
}

}  // namespace

int main(int argc, char** argv) {
    return pa::cli::tool_main<Options>(
        {"eval_extract", "Ask the model about known calls and count what of its answers is right.",
         "Examples:\n"
         "  eval_extract\n"
         "  eval_extract -v corrections relative-times\n"
         "  eval_extract --print-answers > answers && pa-sim openai --answers answers"},
        argc, argv, declare, run);
}
