// The PIN by which a caller from an owner's number proves to be the owner (a caller id can be
// forged).
#pragma once

#include <string>
#include <string_view>

namespace pa::call {

/// Digits in what somebody said: "1 2", "일이삼사예요", "one two". A word that is none separates:
/// the digits on both sides of it are not one number ("12 34" is "1234", "12 그리고 34" is "12
/// 34").
[[nodiscard]] std::string spoken_digits(std::string_view text);

/// Three tries a call.
class PinCheck {
public:
    explicit PinCheck(std::string pin) : pin_(std::move(pin)) {}
    [[nodiscard]] bool wanted() const { return !pin_.empty() && !proved_ && tries_ < 3; }
    [[nodiscard]] bool proved() const { return proved_; }
    /// True if this proved it just now. Any keys are a try.
    bool keys(std::string_view keys);
    /// Likewise; a try is a row of digits as long as the PIN or longer.
    bool speech(std::string_view text);

private:
    bool attempt(bool right, bool meant);
    std::string pin_;
    bool proved_ = false;
    int tries_ = 0;
};

}  // namespace pa::call
