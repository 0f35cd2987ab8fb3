// A world for tests that read the environment and the file system: a folder of their own, variables
// put back afterwards.
#pragma once

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "base/file.hpp"
#include "support/temp_dir.hpp"

namespace pa::test {

/// A TempDir that files are easily put in.
class Scratch : public TempDir {
public:
    /// Writes `text` to the file and makes the folders on the way; returns its path.
    std::string put(const std::string& name, const std::string& text, mode_t mode = 0600) const {
        std::string whole = *this / name;
        std::filesystem::create_directories(std::filesystem::path(whole).parent_path());
        static_cast<void>(write_file(whole, text, mode));
        return whole;
    }
};

/// Sets variables (nullopt: unsets) for as long as it lives.
class Environment {
public:
    void set(const std::string& name, const std::optional<std::string>& value) {
        const char* old = std::getenv(name.c_str());
        before_.emplace(name, old == nullptr ? std::nullopt : std::optional<std::string>(old));
        put(name, value);
    }
    ~Environment() {
        for (const auto& [name, value] : before_) put(name, value);
    }

private:
    static void put(const std::string& name, const std::optional<std::string>& value) {
        if (value)
            ::setenv(name.c_str(), value->c_str(), 1);
        else
            ::unsetenv(name.c_str());
    }
    std::map<std::string, std::optional<std::string>> before_;
};

}  // namespace pa::test
