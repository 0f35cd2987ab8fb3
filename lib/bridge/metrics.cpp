#include "bridge/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace pa::bridge {
namespace {

class Page {
public:
    template <class T>
    void add(std::string_view name, std::string_view kind, T value, std::string_view help) {
        text_ += fmt::format(
            "# HELP phone_agent_{0} {3}\n# TYPE phone_agent_{0} {1}\nphone_agent_{0} {2}\n", name,
            kind, value, help);
    }
    template <class T>
    void counter(std::string_view name, T value, std::string_view help) {
        add(name, "counter", value, help);
    }
    template <class T>
    void gauge(std::string_view name, T value, std::string_view help) {
        add(name, "gauge", value, help);
    }
    void histogram(std::string_view name, const Histogram& h, std::string_view help) {
        text_ += fmt::format("# HELP phone_agent_{} {}\n", name, help);
        text_ += h.text(fmt::format("phone_agent_{}", name));
    }
    /// One sample for each worker.
    template <class Value>
    void of_workers(std::string_view name, std::string_view kind,
                    const std::vector<Figures>& workers, Value value, std::string_view help) {
        text_ += fmt::format("# HELP phone_agent_{0} {2}\n# TYPE phone_agent_{0} {1}\n", name, kind,
                             help);
        for (std::size_t i = 0; i < workers.size(); ++i)
            text_ +=
                fmt::format("phone_agent_{}{{worker=\"{}\"}} {}\n", name, i, value(workers[i]));
    }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

void add_calls(Page& page, const Metrics& m, const Gauges& g) {
    page.gauge("calls", g.calls, "Calls in progress, also those that ring or end.");
    page.gauge("calls_talking", g.talking, "Calls with an open media stream.");
    page.counter("calls_started_total", m.calls_started, "Calls begun.");
    page.counter("calls_finished_total", m.calls_finished, "Calls ended.");
    page.counter("calls_resumed_total", m.calls_resumed,
                 "Calls taken up from a process that died.");
    page.counter("turns_total", m.turns, "Turns of callers that were answered.");
    page.counter("barge_ins_total", m.barge_ins, "Times the agent was interrupted.");
    page.counter("model_drops_total", m.model_drops, "Sessions of the model lost in a call.");
    page.counter("stream_drops_total", m.stream_drops, "Media streams that broke off in a call.");
    page.counter("call_errors_total", m.errors, "Errors in the records of calls, of any kind.");
    page.counter("operator_commands_total", m.commands, "Commands of the operator on live calls.");
    page.counter("transfers_total", m.transfers, "Calls to be put through to another number.");
    page.counter("cost_usd_total", m.cost_usd + g.running_cost_usd,
                 "What the model took for calls, running ones included, in US dollars.");
}

void add_doors(Page& page, const Metrics& m, const Gauges& g) {
    page.counter("webhooks_total", m.webhooks, "Webhooks of the carrier.");
    page.counter("webhooks_refused_total", m.refused, "Webhooks refused.");
    page.counter("media_sockets_refused_total", m.sockets_refused, "Media sockets refused.");
    page.gauge("media_sockets_waiting", g.sockets_waiting,
               "Media sockets that have not shown whose they are.");
    page.gauge("model_sockets_closing", g.model_sockets_closing,
               "Sockets to the model of calls that are over.");
}

void add_queues(Page& page, const Gauges& g, const net::EventLoop::Turns& loop) {
    page.gauge("queued_bytes", g.queued_bytes, "Waiting to be sent, on both legs of all calls.");
    page.gauge("queued_bytes_most", g.queued_bytes_most, "The same of the call with the most.");
    page.gauge("tasks_waiting", g.tasks_waiting, "Tasks that wait for a thread.");
    page.gauge("logs_waiting", g.logs_waiting, "Logs of finished calls not written yet.");
    page.counter("loop_turns_total", loop.count, "Turns of the event loops.");
    page.counter("loop_turns_over_5ms_total", loop.long_ones, "Turns that made somebody wait.");
    page.gauge("loop_turn_longest_seconds", static_cast<double>(loop.longest.count()) / 1000,
               "The longest turn.");
}

void add_workers(Page& page, const std::vector<Figures>& workers) {
    page.of_workers(
        "worker_calls", "gauge", workers, [](const Figures& f) { return f.now.calls; },
        "Calls of each worker.");
    page.of_workers(
        "worker_loop_turns_over_5ms_total", "counter", workers,
        [](const Figures& f) { return f.loop.long_ones; }, "Such turns of each worker's loop.");
    page.of_workers(
        "worker_loop_turn_seconds", "gauge", workers,
        [](const Figures& f) { return f.loop.smoothed_ms / 1000; },
        "A turn of each worker's loop, of the last fifty or so; over 0.02 it takes no new calls.");
}

}  // namespace

void Metrics::saw(const call::Record& record, call::Keep fact) {
    using What = call::Keep::What;
    if (fact.what == What::turn) {
        ++turns;
        answers.add(std::chrono::milliseconds(record.turns[fact.index].latency_ms()));
    } else if (fact.what == What::event) {
        const std::string& what = record.events[fact.index].what;
        barge_ins += what == "barge-in" ? 1U : 0U;
        transfers += what == "transfer" ? 1U : 0U;
    } else if (fact.what == What::error) {
        const std::string& what = record.errors[fact.index].what;
        ++errors;
        model_drops += what == "model-lost" ? 1U : 0U;
        stream_drops += what == "stream-lost" ? 1U : 0U;
    }
}

void Metrics::add(const Metrics& o) {
    calls_started += o.calls_started;
    calls_finished += o.calls_finished;
    calls_resumed += o.calls_resumed;
    webhooks += o.webhooks;
    refused += o.refused;
    sockets_refused += o.sockets_refused;
    commands += o.commands;
    turns += o.turns;
    barge_ins += o.barge_ins;
    model_drops += o.model_drops;
    stream_drops += o.stream_drops;
    transfers += o.transfers;
    errors += o.errors;
    cost_usd += o.cost_usd;
    interruptions.add(o.interruptions);
    answers.add(o.answers);
}

void Gauges::add(const Gauges& o) {
    calls += o.calls;
    talking += o.talking;
    sockets_waiting += o.sockets_waiting;
    model_sockets_closing += o.model_sockets_closing;
    queued_bytes += o.queued_bytes;
    queued_bytes_most = std::max(queued_bytes_most, o.queued_bytes_most);
    tasks_waiting += o.tasks_waiting;
    logs_waiting += o.logs_waiting;
    running_cost_usd += o.running_cost_usd;
}

std::string metrics_text(const std::vector<Figures>& workers) {
    Metrics counted;
    Gauges now;
    net::EventLoop::Turns loop;
    for (const Figures& f : workers) {
        counted.add(f.counted);
        now.add(f.now);
        loop.count += f.loop.count;
        loop.long_ones += f.loop.long_ones;
        loop.longest = std::max(loop.longest, f.loop.longest);
    }
    Page page;
    add_calls(page, counted, now);
    add_doors(page, counted, now);
    add_queues(page, now, loop);
    add_workers(page, workers);
    page.histogram("answer_seconds", counted.answers,
                   "From a caller's last word to the first sound of the answer.");
    page.histogram("interruption_seconds", counted.interruptions,
                   "Inside the bridge: from the news that the caller speaks to the sent clear.");
    return page.text();
}

}  // namespace pa::bridge
