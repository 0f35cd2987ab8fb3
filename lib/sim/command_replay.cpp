#include <fmt/format.h>

#include "base/file.hpp"
#include "cli/console.hpp"
#include "sim/commands.hpp"
#include "trace/replay.hpp"

namespace pa::sim {

Status run_replay_command(const ReplayCommand& command) {
    if (!file_exists(command.trace))
        return Error{Errc::data,
                     command.trace + ": no such trace; pa-bridge --trace DIR keeps them"};
    constexpr std::size_t largest = 1U << 30U;  // an hour of talk is about 100 MB
    auto text = read_file(command.trace, largest);
    if (!text) return text.error();
    auto replay = trace::replay(*text, [&](std::string_view line) {
        if (command.print) cli::print(line);
    });
    if (!replay) return replay.error().in(command.trace);
    if (!replay->same())
        return Error{Errc::no, command.trace + ": " + trace::in_words(replay->difference)};
    cli::note(fmt::format("{} steps, the same actions{}", replay->steps,
                          replay->finished ? "" : "; the trace ends before the call did"));
    return Done{};
}

}  // namespace pa::sim
