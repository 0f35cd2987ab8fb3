#include "act/due.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "act/runner.hpp"
#include "act/spool.hpp"

namespace pa::act {
namespace {

/// Away from the terminal, the pipes and the process group of who started us.
void detach(bool keep_stderr) {
    ::setsid();
    int null = ::open("/dev/null", O_RDWR);
    if (null < 0) return;
    ::dup2(null, 0);
    ::dup2(null, 1);
    if (!keep_stderr) ::dup2(null, 2);
    if (null > 2) ::close(null);
}

/// The child's whole life.
int carry_out(Claim& claim, Spool& spool, const config::Settings& settings,
              const DueOptions& options) {
    ReceiptBook book(spool.folder());
    auto dial = [&](const std::vector<std::string>& arguments, const std::string& about) {
        return run_pa_dial(arguments, about, settings);
    };
    Status done = Runner({settings, options.now, dial}, spool, book).run(claim);
    if (!done && options.warn) options.warn(done.error().what);
    return done ? 0 : 1;
}

}  // namespace

Result<DueResult> run_due(const config::Settings& settings, const DueOptions& options) {
    Spool spool(settings.directory, settings.my_phone ? settings.my_phone->str() : "");
    DueResult result;
    std::vector<pid_t> children;
    for (;;) {
        auto claim = spool.claim_next(options.now());
        for (const std::string& warning : spool.take_warnings())
            if (options.warn) options.warn(warning);
        if (!claim) return claim.error();
        if (!*claim) break;
        pid_t pid = ::fork();
        if (pid < 0)  // the claim is found and taken up by the next run
            return Error{Errc::io, fmt::format("cannot fork: {}", std::strerror(errno))};
        if (pid == 0) {
            detach(options.wait);
            ::_exit(carry_out(**claim, spool, settings, options));
        }
        children.push_back(pid);
        ++result.jobs;
        if (options.started) options.started((*claim)->job, (*claim)->resumed);
    }
    for (pid_t pid : children) {
        if (!options.wait) break;
        int status = 0;
        while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        }
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) ++result.broken;
    }
    return result;
}

}  // namespace pa::act
