// Keeps what a simulator received and sent, as JSON lines in files of one folder, into which
// several processes may record: each line is written under the file's lock.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/result.hpp"
#include "json/writer.hpp"

namespace pa::sim {

class Recorder {
public:
    /// "" records nothing. The folder is made.
    [[nodiscard]] static Result<Recorder> open(const std::string& folder);
    Recorder() = default;

    [[nodiscard]] bool on() const { return !folder_.empty(); }
    /// `fill` writes the members of the line's object. A line that cannot be written is lost: what
    /// is simulated goes on.
    void line(const std::string& file, const std::function<void(json::Writer&)>& fill);

private:
    std::string folder_;
    std::map<std::string, Fd> files_;
    json::Writer writer_;
};

}  // namespace pa::sim
