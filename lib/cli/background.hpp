// Manners of a program whose loop carries calls: it waits for no reader of stdout or stderr.
#pragma once

#include "cli/line_writer.hpp"

namespace pa::cli {

/// While one lives, print(), say() and their kin (console.hpp) put their lines into mailboxes of
/// 1 MiB. What does not fit is left out, and told. One per process, made after on_stop_signal(),
/// gone after the last thread that says anything.
class Background {
public:
    Background();
    ~Background();  // gives each reader a second to take the rest
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    LineWriter out, err;
};

}  // namespace pa::cli
