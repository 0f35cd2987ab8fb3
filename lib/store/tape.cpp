#include "store/tape.hpp"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "store/tape_file.hpp"

namespace pa::store {

using Length = std::uint32_t;

Tape::Tape(std::size_t capacity)
    : capacity_(capacity), bytes_(std::make_unique<char[]>(capacity)) {}

void Tape::write(std::size_t at, const char* bytes, std::size_t count) {
    const std::size_t place = at % capacity_, first = std::min(count, capacity_ - place);
    std::memcpy(&bytes_[place], bytes, first);
    if (count > first) std::memcpy(&bytes_[0], bytes + first, count - first);
}

void Tape::read(std::size_t at, char* bytes, std::size_t count) const {
    const std::size_t place = at % capacity_, first = std::min(count, capacity_ - place);
    std::memcpy(bytes, &bytes_[place], first);
    if (count > first) std::memcpy(bytes + first, &bytes_[0], count - first);
}

bool Tape::put(std::initializer_list<std::string_view> pieces) {
    std::size_t size = 0;
    for (std::string_view piece : pieces) size += piece.size();
    std::size_t at = put_.load(std::memory_order_relaxed);
    const std::size_t used = at - got_.load(std::memory_order_acquire);
    if (sizeof(Length) + size > capacity_ - used) {
        ++lost_;
        return false;
    }
    const auto length = static_cast<Length>(size);
    char head[sizeof length];
    std::memcpy(head, &length, sizeof length);
    write(at, head, sizeof head);
    at += sizeof head;
    for (std::string_view piece : pieces) {
        if (!piece.empty()) write(at, piece.data(), piece.size());
        at += piece.size();
    }
    put_.store(at, std::memory_order_release);
    return true;
}

bool Tape::get(std::string& out) {
    std::size_t at = got_.load(std::memory_order_relaxed);
    if (put_.load(std::memory_order_acquire) == at) return false;
    char head[sizeof(Length)];
    Length length = 0;
    read(at, head, sizeof head);
    std::memcpy(&length, head, sizeof length);
    out.resize(length);
    if (length > 0) read(at + sizeof head, out.data(), length);
    got_.store(at + sizeof head + length, std::memory_order_release);
    return true;
}

namespace {

class LinesSink final : public TapeSink {
public:
    LinesSink(std::string path, TapeFile::Tell tell) : file_(std::move(path), std::move(tell)) {}
    void take(std::string_view record) override {
        lines_ += record;
        lines_ += '\n';
    }
    void rest() override {
        if (lines_.empty()) return;
        if (!std::exchange(open_, true)) file_.open(), file_.cut(0);
        file_.append(lines_);
        lines_.clear();
    }
    void end(std::size_t lost) override {
        if (lost > 0) file_.tell("the disk is too slow: it ends before the call did");
    }

private:
    TapeFile file_;
    bool open_ = false;
    std::string lines_;
};

}  // namespace

std::unique_ptr<TapeSink> lines_sink(std::string path,
                                     std::function<void(const std::string&)> tell) {
    return std::make_unique<LinesSink>(std::move(path), std::move(tell));
}

TapeWriter::TapeWriter(std::chrono::milliseconds every)
    : every_(every), thread_([this] { run(); }) {}

TapeWriter::~TapeWriter() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
        wake_.notify_one();
    }
    thread_.join();
}

Tape& TapeWriter::open(std::unique_ptr<TapeSink> sink, std::size_t capacity) {
    auto reel = std::make_unique<Reel>();
    reel->tape = std::make_unique<Tape>(capacity);
    reel->sink = std::move(sink);
    Tape& tape = *reel->tape;
    std::lock_guard lock(mutex_);
    reels_.push_back(std::move(reel));
    wake_.notify_one();
    return tape;
}

void TapeWriter::close(Tape& tape, std::function<void()> done) {
    std::lock_guard lock(mutex_);
    for (auto& reel : reels_) {
        if (reel->tape.get() != &tape) continue;
        reel->closed = true;
        reel->done = std::move(done);
        break;
    }
    wake_.notify_one();
}

void TapeWriter::empty(Reel& reel, std::string& record) {
    while (reel.tape->get(record)) reel.sink->take(record);
    reel.sink->rest();
}

void TapeWriter::run() {
    std::string record;
    std::vector<Reel*> open;
    std::list<std::unique_ptr<Reel>> closed;
    for (bool last = false; !last;) {
        {
            std::unique_lock lock(mutex_);
            if (!stopping_ && reels_.empty())
                wake_.wait(lock);
            else if (!stopping_)
                wake_.wait_for(lock, every_);
            last = stopping_;
            for (auto at = reels_.begin(); at != reels_.end();) {
                auto next = std::next(at);
                if ((*at)->closed || last) {
                    closed.splice(closed.end(), reels_, at);
                } else {
                    open.push_back(at->get());
                }
                at = next;
            }
        }
        for (Reel* reel : open) empty(*reel, record);
        for (auto& reel : closed) {
            empty(*reel, record);
            reel->sink->end(reel->tape->lost());
            reel->sink.reset();
            if (reel->done) reel->done();
        }
        open.clear();
        closed.clear();
    }
}

}  // namespace pa::store
