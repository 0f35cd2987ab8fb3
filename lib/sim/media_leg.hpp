// The carrier's end of one media stream, without the socket: the messages it sends and the check of
// each one it is sent (https://www.twilio.com/docs/voice/media-streams/websocket-messages).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/writer.hpp"
#include "sim/phone.hpp"

namespace pa::sim {

/// Something that the carrier would warn of, by the number of its error.
struct Complaint {
    int code = 0;
    std::string what;
};

class MediaLeg {
public:
    struct Ids {
        std::string account_sid, call_sid, stream_sid;
        std::vector<std::pair<std::string, std::string>> parameters;  // of the TwiML
    };
    /// `phone` is borrowed. `begin`: the zero of the timestamps.
    MediaLeg(Ids ids, Phone& phone, TimePoint begin);

    // --- messages to the bridge; each valid until the next ---
    [[nodiscard]] std::string_view connected();
    [[nodiscard]] std::string_view start();
    [[nodiscard]] std::string_view media(std::string_view frame, TimePoint spoken_at);
    [[nodiscard]] std::string_view dtmf(char digit);
    [[nodiscard]] std::string_view mark(std::string_view name);
    [[nodiscard]] std::string_view stop();

    /// A message from the bridge: taken to the phone if it is exactly as documented, else not, with
    /// the warning that Twilio raises.
    std::optional<Complaint> receive(std::string_view message, TimePoint now);

    /// Bytes of audio in the messages that were taken.
    [[nodiscard]] std::int64_t audio_received() const { return audio_received_; }
    [[nodiscard]] const std::string& stream_sid() const { return ids_.stream_sid; }
    /// The name of the mark that was sent after a part of the phone, "" if none has been yet.
    [[nodiscard]] std::string_view mark_after(std::string_view part) const;

private:
    json::Writer& envelope(std::string_view event);
    std::optional<Complaint> take_media(json::Value message, TimePoint now);
    std::optional<Complaint> take_mark(json::Value message, TimePoint now);

    Ids ids_;
    Phone& phone_;
    TimePoint begin_;
    json::Writer writer_;
    std::int64_t sequence_ = 0, chunk_ = 0, audio_received_ = 0;
    std::vector<std::string> marks_;  // marks_[n] follows part n
};

}  // namespace pa::sim
