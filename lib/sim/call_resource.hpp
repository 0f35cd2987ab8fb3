// A call as Twilio's REST API shows it, and as its webhooks tell of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/http_message.hpp"
#include "base/wall_time.hpp"
#include "json/writer.hpp"
#include "sim/media_leg.hpp"

namespace pa::sim {

struct CallResource {
    std::string sid, account_sid, phone_number_sid;
    std::string to, from;
    std::string direction = "outbound-api";  // or "inbound"
    std::string status = "queued";
    std::string answered_by;  // "" without detection
    WallTime created{};
    std::optional<WallTime> started, ended;  // answered; final
    int sip_code = 0;                        // of the final status
    std::vector<Complaint> notifications;

    /// Whether the status is one that never changes.
    [[nodiscard]] bool final() const;
    /// Whole seconds from the answer to the end, 0 if it was never answered.
    [[nodiscard]] int duration_s() const;
};

/// "CA" and 32 random hexadecimal digits, and the like.
[[nodiscard]] std::string new_sid(const char* prefix);
/// "Sun, 25 Mar 2018 09:53:19 +0000"
[[nodiscard]] std::string to_rfc2822(WallTime time);

void write_call(json::Writer& w, const CallResource& call);
/// The list behind …/Calls/{sid}/Notifications.json.
void write_notifications(json::Writer& w, const CallResource& call);

/// The parameters that every webhook of a call has.
[[nodiscard]] Form webhook_parameters(const CallResource& call);
/// Those of a status callback: the former, and its own. `event`: initiated ringing answered
/// completed.
[[nodiscard]] Form status_parameters(const CallResource& call, const std::string& event,
                                     int sequence);

}  // namespace pa::sim
