#include "act/handler.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/child_run.hpp"
#include "base/program.hpp"
#include "base/text.hpp"

namespace pa::act {
namespace {

/// Beside the jobs: written before a handler starts, with the number of the try.
std::string begun_folder(const config::Settings& s) { return s.directory + "/spool/begun"; }
std::string begun_file(const config::Settings& s, const std::string& id) {
    return begun_folder(s) + "/" + id;
}

Receipt failure(const std::string& why, bool retry = false) {
    Receipt r;
    r.status = "failed";
    r.what = why;
    r.retry = retry;
    return r;
}

/// The last line of stdout that is a receipt, else one of our own.
Receipt receipt_from(const std::string& out, const store::Request& request) {
    std::string_view text = trim(out);
    std::string line(text.substr(text.rfind('\n') + 1));
    // What says "schema" must be right; a handler that only echoes a word is content too.
    if (auto receipt = read_receipt(line)) return *receipt;
    Receipt r;
    r.status = "done";
    r.what = line.empty() ? request.title : to_utf8(utf8_prefix(to_utf8(line), 500));
    return r;
}

Receipt receipt_of(const RunOutcome& o, const std::string& name, const store::Request& request,
                   std::chrono::seconds timeout) {
    using End = RunOutcome::End;
    if (o.end == End::timed_out)
        return failure(fmt::format("handler {} took longer than {} s", name, timeout.count()));
    if (o.end == End::too_much_output)
        return failure(fmt::format("handler {} wrote more than 64 KiB", name));
    if (o.status == 0) return receipt_from(o.out, request);
    if (o.status == 75) return failure(fmt::format("handler {}: try again later", name), true);
    return failure(fmt::format("handler {} ended with status {}", name, o.status));
}

}  // namespace

Result<std::string> find_handler(const config::Settings& settings, std::string_view type) {
    std::string path = fmt::format("{}/handlers/{}", settings.directory, type);
    if (!store::is_request_type(type) || !file_exists(path)) return std::string();
    if (is_executable(path)) return path;
    return Error{Errc::config, fmt::format("{} is not executable: chmod +x it", path)};
}

Result<Receipt> run_handler(const std::string& handler, const store::Request& request,
                            const config::Settings& settings, std::chrono::seconds timeout) {
    std::string mark = begun_file(settings, request.id),
                name = handler.substr(handler.rfind('/') + 1);
    if (file_exists(mark))
        return failure(
            fmt::format("handler {} was interrupted, and it is not known how far it came: "
                        "look, then run pa-act --again {}",
                        name, request.id));
    if (Status made = make_directory(begun_folder(settings)); !made) return made.error();
    if (Status marked = write_file(mark, ""); !marked) return marked.error();

    ChildOptions options;
    options.argv = {handler};
    options.directory = settings.directory;
    options.clear_env = true;
    options.set_env = plain_environment();
    options.set_env.emplace_back("PA_AGENT_DIR", settings.directory);
    options.set_env.emplace_back("PA_REQUEST_ID", request.id);
    RunBounds bounds;
    bounds.timeout = timeout;
    auto outcome = run_child(options, store::write_request(request) + "\n", bounds);
    if (!outcome) {
        ::unlink(mark.c_str());
        return failure(outcome.error().what, true);
    }
    Receipt receipt = receipt_of(*outcome, name, request, timeout);
    if (receipt.retry) ::unlink(mark.c_str());
    return receipt;
}

Status forget_handler(const config::Settings& settings, const std::string& id) {
    ::unlink(begun_file(settings, id).c_str());
    return Done{};
}

}  // namespace pa::act
