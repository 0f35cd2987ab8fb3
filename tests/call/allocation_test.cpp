// The hot path: the caller's frames, the model's audio and the marks must not touch the heap once a
// call is under way. Its own executable, for it replaces operator new.
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "base/base64.hpp"
#include "call/session.hpp"

namespace {

std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
    ++allocations;
    if (void* p = std::malloc(size)) return p;
    throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

using namespace pa::call;
using namespace std::chrono_literals;

namespace {

/// Seconds of a call in which the agent speaks without end and the caller's line is open.
class Call {
public:
    Call() : session_(config(), now_) {
        session_.start(actions_);
        for (const Event& e :
             {Event{ModelOpened{}}, Event{SessionUpdated{"audio/pcmu", "audio/pcmu", 0}},
              Event{StreamStarted{"MZ"}}, Event{ResponseStarted{"r", "greeting"}},
              Event{OutputStarted{"r", "a", true}}})
            feed(e);
    }

    void run(int seconds) {
        for (int i = 0; i < seconds * 50; ++i) {
            now_ += 20ms;
            feed(CallerAudio{frame_, i * 20});
            if (i % 10 != 0) continue;
            feed(ModelAudio{"r", "a", 0, delta_});
            if (mark_[0] != '\0') feed(MarkPlayed{std::string_view(mark_)});
        }
    }
    [[nodiscard]] bool ended() const { return session_.ended(); }

private:
    static SessionConfig config() {
        SessionConfig c;
        c.max_duration = std::chrono::hours(10);
        return c;
    }
    void feed(const Event& e) {
        actions_.clear();
        session_.handle(e, now_, actions_);
        for (const Action& a : actions_)
            if (const auto* m = std::get_if<SendMark>(&a))
                std::snprintf(mark_, sizeof mark_, "%s", m->name.c_str());
    }

    TimePoint now_{1000s};
    Session session_;
    std::vector<Action> actions_;
    std::string frame_ = pa::base64_encode(std::string(160, '\x7f'));
    std::string delta_ = pa::base64_encode(std::string(1600, '\x55'));
    char mark_[32] = {};
};

}  // namespace

int main() {
    Call call;
    call.run(40);  // buffers find their size
    const std::size_t before = allocations;
    call.run(60);
    const std::size_t during = allocations - before;
    std::printf("allocations in 60 s of frames, audio and marks: %zu\n", during);
    return during == 0 && !call.ended() ? 0 : 1;
}
