// What the numbers' webhooks were before we changed them: run/webhook-previous.json.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "carrier/hooks.hpp"

namespace pa::carrier {

/// Kept per number. What we wrote ourselves is never taken for what was there before, so that a
/// tunnel that changes its name a hundred times still restores the first URL.
class Previous {
public:
    explicit Previous(std::string run) : folder_(std::move(run)) {}

    /// Remembers `now`, unless its voice URL is the one we wrote last; notes that `ours` comes
    /// next.
    [[nodiscard]] Status keep(const Number& now, const std::string& ours) const;
    /// What the number was before us.
    [[nodiscard]] Result<std::optional<Number>> find(const std::string& sid) const;
    [[nodiscard]] Status forget(const std::string& sid) const;

private:
    [[nodiscard]] std::string path() const { return folder_ + "/webhook-previous.json"; }
    [[nodiscard]] Status replace(const std::string& sid, const Number* before,
                                 const std::string& ours) const;
    std::string folder_;
};

}  // namespace pa::carrier
