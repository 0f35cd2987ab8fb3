// What was made of files, kept for as long as these stay as they are.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace pa {

/// Which file stands at a path, and in what state. No file there is a state, too.
struct FileStamp {
    std::uint64_t device = 0, inode = 0;
    std::int64_t size = -1;                        // [bytes] -1: there is none
    std::int64_t modified_s = 0, modified_ns = 0;  // of the text
    std::int64_t changed_s = 0, changed_ns = 0;    // of anything; nobody can set it back
    friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

/// nullopt: there is one, which cannot be opened. (It is opened: a network file system looks anew
/// then, and only then.)
[[nodiscard]] std::optional<FileStamp> stamp_of(const std::string& path);

/// The last value made of certain files. Made anew after every change of any of them, and never
/// taken from before an edit: it is kept only if it was made when the files had stood unchanged for
/// `settled` under our eyes, so that two edits within one tick of a file system's clock, whose
/// stamps are the same, cannot be taken for one. On one thread.
template <class T>
class Kept {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    using Make = std::function<Result<T>()>;
    static constexpr std::chrono::seconds settled{2};

    /// `make` reads the files at `paths` and nothing else that changes. An error is not kept.
    [[nodiscard]] Result<T> get(const std::vector<std::string>& paths, TimePoint now,
                                const Make& make) {
        Stamps stamps = stamps_of(paths);
        if (value_ && stamps == stamps_ && paths == paths_) return *value_;
        value_.reset();
        if (stamps != stamps_ || paths != paths_) {
            paths_ = paths;
            stamps_ = std::move(stamps);
            since_ = now;
        }
        Result<T> made = make();
        if (made && stamps_ && now - since_ >= settled && stamps_of(paths) == stamps_)
            value_ = *made;
        return made;
    }

private:
    using Stamps = std::optional<std::vector<FileStamp>>;  // nullopt: one cannot be opened
    [[nodiscard]] static Stamps stamps_of(const std::vector<std::string>& paths) {
        std::vector<FileStamp> all;
        for (const std::string& path : paths) {
            auto stamp = stamp_of(path);
            if (!stamp) return std::nullopt;
            all.push_back(*stamp);
        }
        return all;
    }

    std::vector<std::string> paths_;
    Stamps stamps_;
    TimePoint since_{};  // when they were first seen so
    std::optional<T> value_;
};

}  // namespace pa
