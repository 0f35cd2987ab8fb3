// An Http that keeps the requests it is given and answers from lists.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "net/http.hpp"

namespace pa::test {

/// Answers are looked for in this order: those for exactly "METHOD URL" (the last one is repeated
/// for ever), then the common list (each once), then "connection refused". What a request does
/// besides (letting time pass, changing a file) goes into `before`.
class FakeHttp : public net::Http {
public:
    std::vector<HttpRequest> requests;
    std::function<void(const HttpRequest&)> before;

    void answer(int status, std::string body, Headers headers = {}) {
        answers_.emplace_back(HttpResponse{status, std::move(headers), std::move(body)});
    }
    void fail(Errc code, std::string what) { answers_.emplace_back(Error{code, std::move(what)}); }

    void on(const std::string& request, int status, std::string body, Headers headers = {}) {
        routes_[request].emplace_back(HttpResponse{status, std::move(headers), std::move(body)});
    }
    void on_error(const std::string& request, Errc code, std::string what) {
        routes_[request].emplace_back(Error{code, std::move(what)});
    }
    void forget(const std::string& request) { routes_.erase(request); }

    [[nodiscard]] Result<HttpResponse> send(const HttpRequest& request) override {
        requests.push_back(request);
        if (before) before(request);
        if (auto route = routes_.find(request.method + " " + request.url); route != routes_.end())
            return next(route->second, true);
        if (!answers_.empty()) return next(answers_, false);
        return Error{Errc::later, request.url + ": connection refused"};
    }

    /// The requests with this method and URL.
    [[nodiscard]] std::vector<HttpRequest> sent(const std::string& request) const {
        std::vector<HttpRequest> out;
        for (const auto& r : requests)
            if (r.method + " " + r.url == request) out.push_back(r);
        return out;
    }
    [[nodiscard]] bool all_used() const { return answers_.empty(); }

private:
    using Answers = std::deque<Result<HttpResponse>>;
    static Result<HttpResponse> next(Answers& answers, bool keep_last) {
        Result<HttpResponse> answer = answers.front();
        if (!keep_last || answers.size() > 1) answers.pop_front();
        return answer;
    }
    Answers answers_;
    std::map<std::string, Answers> routes_;
};

}  // namespace pa::test
