// From a thread that must not wait to a file: what is kept of a running call besides its journal.
//
// A Tape is a bounded ring of records between two threads. The thread that puts makes no system
// call, allocates nothing and never waits; if the disk is that slow that the ring is full, records
// are lost and counted. The thread of a TapeWriter takes them off and hands them to a TapeSink.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <initializer_list>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace pa::store {

class Tape {
public:
    /// Room for `capacity` bytes, four of which each record takes for itself.
    explicit Tape(std::size_t capacity);

    /// One record, put together from `pieces`. False if there is no room: it is lost.
    bool put(std::initializer_list<std::string_view> pieces);
    /// On the other thread: the oldest record, in `out`; false if there is none.
    bool get(std::string& out);
    [[nodiscard]] std::size_t lost() const { return lost_; }

private:
    void write(std::size_t at, const char* bytes, std::size_t count);
    void read(std::size_t at, char* bytes, std::size_t count) const;

    const std::size_t capacity_;
    const std::unique_ptr<char[]> bytes_;
    std::atomic<std::size_t> put_{0}, got_{0};  // bytes since the beginning
    std::atomic<std::size_t> lost_{0};
};

/// Where the records of one tape go. All calls come on the writer's thread.
class TapeSink {
public:
    virtual ~TapeSink() = default;
    virtual void take(std::string_view record) = 0;
    /// For now there are no more: a good moment to write.
    virtual void rest() = 0;
    /// There will be no more.
    virtual void end(std::size_t lost) = 0;
};

/// Each record a line of `path`, which is made anew, mode 0600, in a folder that is there. A
/// trouble is told once, in a sentence; what follows is thrown away.
[[nodiscard]] std::unique_ptr<TapeSink> lines_sink(std::string path,
                                                   std::function<void(const std::string&)> tell);

class TapeWriter {
public:
    /// The rings are emptied that often.
    explicit TapeWriter(std::chrono::milliseconds every = std::chrono::milliseconds(50));
    /// Writes what is on the tapes.
    ~TapeWriter();
    TapeWriter(const TapeWriter&) = delete;
    TapeWriter& operator=(const TapeWriter&) = delete;

    /// The tape is valid until it is closed.
    [[nodiscard]] Tape& open(std::unique_ptr<TapeSink> sink, std::size_t capacity);
    /// Lets go of the tape; once it is written, and those closed before it are, `done` is called on
    /// the writer's thread.
    void close(Tape& tape, std::function<void()> done = nullptr);

private:
    struct Reel {
        std::unique_ptr<Tape> tape;
        std::unique_ptr<TapeSink> sink;
        bool closed = false;
        std::function<void()> done;
    };
    void run();
    static void empty(Reel& reel, std::string& record);

    const std::chrono::milliseconds every_;
    std::mutex mutex_;  // of what follows; a reel's tape and sink are the thread's alone
    std::condition_variable wake_;
    std::list<std::unique_ptr<Reel>> reels_;
    bool stopping_ = false;
    std::thread thread_;  // last: starts when all else is there
};

}  // namespace pa::store
