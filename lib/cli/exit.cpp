#include "cli/exit.hpp"

namespace pa::cli {

Exit exit_of(Errc code) {
    switch (code) {
        case Errc::no: return Exit::no;
        case Errc::usage: return Exit::usage;
        case Errc::data: return Exit::data;
        case Errc::unavailable: return Exit::unavailable;
        case Errc::bug: return Exit::bug;
        case Errc::io: return Exit::io;
        case Errc::later: return Exit::later;
        case Errc::credentials: return Exit::credentials;
        case Errc::config: return Exit::config;
        case Errc::refused: return Exit::refused;
    }
    return Exit::bug;
}

}  // namespace pa::cli
