// The operator's socket: pa-dial hands over what a call is about and follows it; anybody with
// access to the file sees calls and counters.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>

#include "agent/prompt.hpp"
#include "bridge/front_desk.hpp"
#include "bridge/operator_answers.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"

namespace pa::bridge {

void FrontDesk::on_operator(const net::ServerRequest& request, net::Responder responder) {
    find_who_knows({Question::Door::operators, {}, request.method, request.path, request.body},
                   std::move(responder));
}

void FrontDesk::answer_operator(const net::ServerRequest& request, net::Responder responder) {
    const std::string& path = request.path;
    auto below = [&](std::string_view folder) {
        return path.starts_with(folder) ? std::string_view(path).substr(folder.size())
                                        : std::string_view();
    };
    if (request.method == "GET") {
        if (path == "/status") return answer_status(responder);
        if (path == "/calls") return answer_calls(responder);
        if (path == "/metrics")
            return metrics_text([responder](const std::string& text) {
                responder.answer(200, "text/plain; version=0.0.4", text);
            });
        if (std::string sid(below("/lines/")); !sid.empty())
            return crew_.hand(crew_.of(sid), std::move(responder),
                              [sid](Worker& w, const net::Responder& r) {
                                  answer_json(r, 200, w.lines_json(sid));
                              });
        if (std::string sid(below("/calls/")); !sid.empty())
            return crew_.hand(crew_.of(sid), std::move(responder),
                              [sid](Worker& w, const net::Responder& r) { w.answer_call(sid, r); });
    }
    if (request.method == "POST" && path == "/page") return open_page(responder);
    if (request.method == "POST" && path == "/page/close") {
        page_.close();
        return responder.answer(204, "text/plain", "");
    }
    if (auto target = below("/calls/"); request.method == "POST" && !target.empty())
        return command(target, request, responder);
    if (request.method == "POST" && path == SelfTest::path)
        return answer_json(responder, 201, self_test_.make_tokens());
    if (request.method == "POST" && path == "/dials") return add_dial(request, responder);
    if (auto id = below("/dials/"); !id.empty()) {
        if (request.method == "POST") return bind_dial(id, request, responder);
        if (request.method == "DELETE") {
            commons_.dials.remove(id);
            return responder.answer(204, "text/plain", "");
        }
    }
    answer_error(responder, 404, "not found");
}

void FrontDesk::answer_status(const net::Responder& responder) {
    crew_.ask_all<std::size_t>(
        [](Worker& w) { return w.calls(); },
        [this, responder](const std::vector<std::size_t>& calls) {
            json::Writer w;
            w.start().object().member("schema", "phone-agent/bridge/1").member("nonce", nonce_);
            write_optional(w, "public_url", public_base_);
            w.member("port", server_->port()).member("pid", ::getpid());
            w.member("calls", std::accumulate(calls.begin(), calls.end(), std::size_t{0}));
            w.member("workers", calls.size());
            answer_json(responder, 200, w.end().view());
        });
}

void FrontDesk::answer_calls(const net::Responder& responder) {
    crew_.ask_all<std::string>([](Worker& w) { return w.calls_json(); },
                               [responder](const std::vector<std::string>& calls) {
                                   json::Writer w;
                                   w.start().object().key("calls").raw(joined(calls)).end();
                                   answer_json(responder, 200, w.view());
                               });
}

void FrontDesk::metrics_text(OnText done) {
    crew_.ask_all<Figures>([](Worker& w) { return w.figures(); },
                           [this, done = std::move(done)](std::vector<Figures> figures) {
                               figures.front().counted.add(counted_);
                               figures.front().now.tasks_waiting = commons_.office.waiting() +
                                                                   commons_.lines.waiting() +
                                                                   commons_.after_call.waiting();
                               done(bridge::metrics_text(figures));
                           });
}

void FrontDesk::live_json(std::string_view call_sid, std::size_t known, OnText done) {
    crew_.ask_all<Worker::Live>(
        [sid = std::string(call_sid), known](Worker& w) { return w.live(sid, known); },
        [this, done = std::move(done)](const std::vector<Worker::Live>& all) {
            std::vector<std::string> calls;
            std::string talk = "null";
            for (const Worker::Live& live : all) {
                calls.push_back(live.calls);
                if (!live.talk.empty()) talk = live.talk;
            }
            json::Writer w;
            w.start().object().member("draining", draining_).key("calls").raw(joined(calls));
            w.key("talk").raw(talk).end();
            done(w.str());
        });
}

void FrontDesk::command(std::string_view target, const net::ServerRequest& request,
                        const net::Responder& responder) {
    const std::size_t slash = std::min(target.find('/'), target.size());
    const std::string name(target.substr(0, slash));
    const std::string what(target.substr(std::min(slash + 1, target.size())));
    crew_.ask_all<Meant>(
        [name](Worker& w) { return w.meant(name); },
        [this, name, what, details = request.body, responder](const std::vector<Meant>& all) {
            auto sid = the_one(name, all);
            if (!sid) return answer_error(responder, sid.error());
            crew_.hand(crew_.of(*sid), responder,
                       [sid = *sid, what, details](Worker& w, const net::Responder& r) {
                           w.command(sid, what, details, r);
                       });
        });
}

/// Opens the live page's port, if it is not open, and tells the address that lets one browser in.
void FrontDesk::open_page(const net::Responder& responder) {
    auto url = page_.open();
    if (!url) return answer_error(responder, url.error());
    json::Writer w;
    w.start().object().member("url", *url).end();
    answer_json(responder, 200, w.view());
}

void FrontDesk::add_dial(const net::ServerRequest& request, const net::Responder& responder) {
    auto document = json::Document::parse(request.body);
    if (!document) return answer_error(responder, 400, document.error().what);
    if (auto to = document->text("to"); !to) return answer_error(responder, 400, to.error().what);
    Dial dial = dial::read_matter(document->root());
    if (dial.about.size() + dial.ack.size() > agent::about_limit)
        return answer_error(responder, 413, "about: more than 64 KiB");
    json::Writer w;
    w.start().object().member("id", commons_.dials.add(std::move(dial), net::Clock::now())).end();
    answer_json(responder, 201, w.view());
}

void FrontDesk::bind_dial(std::string_view id, const net::ServerRequest& request,
                          const net::Responder& responder) {
    auto document = json::Document::parse(request.body);
    auto sid = document ? document->text("call_sid") : Result<std::string_view>(document.error());
    if (!sid || !store::is_plain_sid(*sid))
        return answer_error(responder, 400, "call_sid: expected a SID");
    const bool bound = commons_.dials.bind(id, *sid);
    crew_.tell(crew_.of(*sid),
               [sid = std::string(*sid), bound](Worker& w) { w.expect(sid, bound); });
    responder.answer(204, "text/plain", "");
}

}  // namespace pa::bridge
