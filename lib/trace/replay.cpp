#include "trace/replay.hpp"

#include <fmt/format.h>

#include <optional>

#include "base/text.hpp"
#include "call/session.hpp"
#include "trace/lines.hpp"

namespace pa::trace {
namespace {

class Player {
public:
    explicit Player(const std::function<void(std::string_view)>& show) : show_(show) {}

    Status take(std::string_view text) {
        ++line_;
        auto document = json::Document::parse(text);
        if (!document) return document.error().in(fmt::format("line {}", line_));
        if (line_ == 1) header_ = std::move(*document);  // the session's sentences lie there
        Status done = line_ == 1 ? begin(header_->root()) : step(document->root());
        if (!done) return done.error().in(fmt::format("line {}", line_));
        return Done{};
    }
    [[nodiscard]] const Replay& result() const { return result_; }

private:
    Status begin(json::Value line) {
        auto header = read_header(line);
        if (!header) return header.error();
        write_header(writer_, *header);
        if (show_) show_(writer_.view());
        clock_ = header->clock;
        session_.emplace(std::move(header->config), clock_);
        earlier_ = std::move(header->earlier);
        return Done{};
    }

    Status step(json::Value line) {
        auto step = read_step(line, clock_);
        if (!step) return step.error();
        actions_.clear();
        if (step->event)
            session_->handle(*step->event, step->at, actions_);
        else
            start();
        if (show_) {
            write_step(writer_, step->at - clock_, step->event ? &*step->event : nullptr, actions_);
            show_(writer_.view());
        }
        ++result_.steps;
        result_.finished = result_.finished || session_->ended();
        if (result_.same()) compare(line, *step);
        return Done{};
    }

    void start() {
        if (earlier_) session_->restore(std::move(earlier_->record), earlier_->elapsed, actions_);
        earlier_.reset();
        session_->start(actions_);
    }

    void compare(json::Value line, const Step& step) {
        writer_.start();
        write_actions(writer_, actions_, step.event ? payload_of(*step.event) : std::string_view());
        if (writer_.view() == as_written_now(step)) return;
        auto now = json::Document::parse(writer_.view());
        auto recorded = json::Document::parse(as_written_now(step));
        const std::size_t most = std::max(recorded->root().size(), now->root().size());
        for (std::size_t i = 0; i < most; ++i) {
            json::Value was = recorded->root().at(i), is = now->root().at(i);
            std::string before = was ? was.dump() : "", made = is ? is.dump() : "";
            if (before == made) continue;
            double at_s = static_cast<double>((step.at - clock_).count()) / 1e9;
            result_.difference = {line_, at_s, std::string(line["event"].text()), std::move(before),
                                  std::move(made)};
            return;
        }
    }

    /// The recorded actions; members that they did not have yet are there, as they are by default.
    static std::string as_written_now(const Step& step) {
        std::string text = step.actions.dump();
        std::vector<call::Action> actions;
        bool known = step.actions.is_array();
        step.actions.for_each([&](json::Value a) {
            auto action = read_action(a, "=");
            known = known && action;
            if (action) actions.push_back(std::move(*action));
        });
        if (!known) return step.actions.is_array() ? text : "[]";
        json::Writer w;
        w.start();
        write_actions(w, actions, "");
        return w.str();
    }

    const std::function<void(std::string_view)>& show_;
    std::size_t line_ = 0;
    call::TimePoint clock_{};
    std::optional<json::Document> header_;
    std::optional<call::Session> session_;
    std::optional<Header::Earlier> earlier_;
    std::vector<call::Action> actions_;
    json::Writer writer_;
    Replay result_;
};

std::string shortened(const std::string& action) {
    if (action.empty()) return "nothing";
    std::string_view begin = utf8_prefix(action, 200);
    return std::string(begin) + (begin.size() < action.size() ? "…" : "");
}

}  // namespace

Result<Replay> replay(std::string_view trace, const std::function<void(std::string_view)>& show) {
    Player player(show);
    bool any = false;
    for (std::size_t end; (end = trace.find('\n')) != std::string_view::npos;
         trace.remove_prefix(end + 1), any = true)
        if (Status s = player.take(trace.substr(0, end)); !s) return s.error();
    if (!any) return Error{Errc::data, "no trace of a call: it is empty"};
    return player.result();
}

std::string in_words(const Difference& d) {
    return fmt::format("line {}, {:.3f} s after the start, at {}: recorded {}, now {}", d.line,
                       d.at_s, d.event, shortened(d.recorded), shortened(d.now));
}

}  // namespace pa::trace
