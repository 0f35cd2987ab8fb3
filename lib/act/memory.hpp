// MEMORY.md grows: what a call with the owner leaves is added at its end, under the heading of its
// day, in the form that people keep it by hand:
//
//     ## 2026-02-28 (토)
//
//     ### 통화 내역
//     - 23:49 모닝콜을 부탁했다. 우유도 사야 한다.
//     - 기억: 매운 음식을 못 먹는다
//
// Nothing that is there is ever changed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/wall_time.hpp"

namespace pa::act {

/// What is to be remembered, at one time.
struct Memorable {
    WallTime at{};
    std::vector<std::string> summary;  // lines
    std::vector<std::string> facts;
};

class MemoryFile {
public:
    MemoryFile(std::string workspace, std::string spool, std::string language);

    /// Adds it, without facts that stand there already. False if nothing was left to add.
    [[nodiscard]] Result<bool> add(const Memorable& memorable);
    /// The same as a patch (patch -p0 < FILE, in the workspace) at `path`; MEMORY.md stays as it
    /// is.
    [[nodiscard]] Result<bool> propose(const Memorable& memorable, const std::string& path) const;

private:
    [[nodiscard]] Result<std::string> read() const;
    [[nodiscard]] std::string addition(const std::string& text, const Memorable& m) const;
    std::string path_, spool_, language_;
};

}  // namespace pa::act
