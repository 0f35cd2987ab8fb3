#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "net/http.hpp"

namespace pa::net {
namespace {

struct Job {
    HttpRequest request;
    HttpPool::OnDone done;
};

}  // namespace

struct HttpPool::Impl {
    EventLoop& loop;
    // Outlives the pool in answers that are posted but not yet delivered; false once the pool is
    // gone. Touched on the loop's thread only.
    std::shared_ptr<bool> alive = std::make_shared<bool>(true);
    std::mutex mutex;
    std::condition_variable changed, answered;
    std::deque<Job> jobs;
    std::size_t under_way = 0;
    bool stopping = false;
    std::atomic<bool> give_up = false;
    std::vector<std::thread> threads;

    explicit Impl(EventLoop& l) : loop(l) {}
    void work();
    bool next(Job& job);
    std::size_t wait_for_answers(TimePoint until);
    void deliver(Job job, Result<HttpResponse> result);
};

bool HttpPool::Impl::next(Job& job) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return stopping || !jobs.empty(); });
    if (jobs.empty()) return false;  // stopping: what was asked for is still sent
    job = std::move(jobs.front());
    jobs.pop_front();
    ++under_way;
    return true;
}

void HttpPool::Impl::deliver(Job job, Result<HttpResponse> result) {
    auto answer = std::make_shared<Result<HttpResponse>>(std::move(result));
    loop.post([still = alive, done = std::move(job.done), answer] {
        if (*still) done(std::move(*answer));
    });
}

void HttpPool::Impl::work() {
    CurlHttp http(&give_up);
    Job job;
    while (next(job)) {
        Result<HttpResponse> result = http.send(job.request);
        deliver(std::move(job), std::move(result));
        std::lock_guard lock(mutex);
        --under_way;
        answered.notify_all();
    }
}

/// How many have none at `until`; from then on nothing is sent.
std::size_t HttpPool::Impl::wait_for_answers(TimePoint until) {
    std::unique_lock lock(mutex);
    stopping = true;
    changed.notify_all();
    answered.wait_until(lock, until, [this] { return jobs.empty() && under_way == 0; });
    const std::size_t dropped = jobs.size() + under_way;
    jobs.clear();
    give_up = true;
    return dropped;
}

HttpPool::HttpPool(EventLoop& loop, int threads) : impl_(std::make_unique<Impl>(loop)) {
    for (int i = 0; i < threads; ++i) impl_->threads.emplace_back([this] { impl_->work(); });
}

HttpPool::~HttpPool() { finish(Clock::now() + patience); }

std::size_t HttpPool::finish(TimePoint until) {
    *impl_->alive = false;
    const std::size_t dropped = impl_->wait_for_answers(until);
    for (auto& thread : impl_->threads) thread.join();
    impl_->threads.clear();
    return dropped;
}

void HttpPool::send(HttpRequest request, OnDone done) {
    {
        std::lock_guard lock(impl_->mutex);
        impl_->jobs.push_back(Job{std::move(request), std::move(done)});
    }
    impl_->changed.notify_one();
}

}  // namespace pa::net
