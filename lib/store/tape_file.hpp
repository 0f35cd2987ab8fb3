// A file that grows while a call goes on. The first error is told, the rest is thrown away. Private
// to this folder.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/file.hpp"

namespace pa::store {

class TapeFile {
public:
    using Tell = std::function<void(const std::string&)>;
    TapeFile(std::string path, Tell tell) : path_(std::move(path)), tell_(std::move(tell)) {}

    /// Opens the file, or makes it with mode 0600; returns its size.
    std::size_t open();
    /// Keeps the first `size` bytes; what is appended comes behind them.
    void cut(std::size_t size);
    void append(std::string_view bytes);
    void put_at_front(std::string_view bytes);  // in place of what is there
    void tell(std::string_view what) const;

private:
    bool good(bool done);
    std::string path_;
    Tell tell_;
    Fd file_;
    bool broken_ = false;
};

}  // namespace pa::store
