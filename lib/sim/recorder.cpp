#include "sim/recorder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

namespace pa::sim {

Result<Recorder> Recorder::open(const std::string& folder) {
    Recorder recorder;
    recorder.folder_ = folder;
    if (folder.empty()) return recorder;
    if (auto made = make_directory(folder); !made) return made.error();
    return recorder;
}

void Recorder::line(const std::string& file, const std::function<void(json::Writer&)>& fill) {
    if (!on()) return;
    Fd& fd = files_[file];
    if (!fd)
        fd = Fd(::open((folder_ + "/" + file).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                       0600));
    fill(writer_.start().object());
    const std::string text = writer_.end().str() + "\n";
    // Others append by the block. Who is killed lets go.
    while (::flock(fd.get(), LOCK_EX) != 0 && errno == EINTR) {
    }
    (void)write_all(fd.get(), text);
    ::flock(fd.get(), LOCK_UN);
}

}  // namespace pa::sim
