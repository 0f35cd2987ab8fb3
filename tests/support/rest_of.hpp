// What a reader that has a file open still gets from it.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <string>

#include "base/file.hpp"

namespace pa::test {

inline std::string rest_of(const Fd& file) {
    std::string text;
    char buffer[4096];
    for (ssize_t n; (n = ::read(file.get(), buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(n));
    return text;
}

}  // namespace pa::test
