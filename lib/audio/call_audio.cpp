#include "audio/call_audio.hpp"

#include <algorithm>

#include "audio/g711.hpp"
#include "base/base64.hpp"

namespace pa::audio {
namespace {

constexpr std::int64_t ms(std::int64_t count) { return count * kBytesPerMs; }
/// Times of marks are as fine as frames are; what fits within that goes on without a gap.
constexpr std::int64_t slack = ms(40);
constexpr std::int64_t mark_lost = ms(5'000);
constexpr std::int64_t frame_lost = ms(1'000);
constexpr std::int64_t longest_gap = ms(10'000);  // a stranger timestamp is none
constexpr std::int64_t longest_trip = ms(2'000);

}  // namespace

CallAudio::Place CallAudio::phone_time(std::int64_t at) const {
    return heard_to_ + ms(std::max<std::int64_t>(0, at - heard_at_));
}

/// When what waits first will be, or was, played.
CallAudio::Place CallAudio::begins(const Line& line) const {
    return line.fresh ? std::max(edge_, line.sent_at + round_trip_) : edge_;
}

void CallAudio::stream_started(std::int64_t at) {
    stopped(at);
    stream_began_ = std::max(ms(at), heard_to_);
    heard_to_ = stream_began_;
    heard_at_ = at;
}

void CallAudio::caller(std::int64_t at, std::int64_t timestamp_ms, std::string_view payload) {
    const auto audio = base64_decode(payload);
    if (!audio) return;
    Place place = phone_time(at);
    if (timestamp_ms >= 0 && timestamp_ms < 48LL * 3'600'000)
        if (Place told = stream_began_ + ms(timestamp_ms); told - place < longest_gap) place = told;
    put(left_, place, *audio);
    heard_to_ = std::max(heard_to_, place + static_cast<Place>(audio->size()));
    heard_at_ = at;
}

void CallAudio::agent_sent(std::int64_t at, std::string_view payload) {
    const auto audio = base64_decode(payload);
    if (!audio) return;
    Line& line = lines_.back();
    if (line.audio.empty()) {
        line.fresh = true;
        line.sent_at = phone_time(at);
    }
    line.audio += *audio;
    line.sent += static_cast<Place>(audio->size());
}

void CallAudio::mark_sent(std::string_view name) {
    lines_.back().marks.push_back({std::string(name), lines_.back().sent});
}

void CallAudio::mark_played(std::int64_t at, std::string_view name) {
    auto is = [&](const Mark& m) { return m.name == name; };
    auto has = [&](const Line& l) { return std::any_of(l.marks.begin(), l.marks.end(), is); };
    const auto found = std::find_if(lines_.begin(), lines_.end(), has);
    if (found == lines_.end()) return;
    for (auto before = found - lines_.begin(); before > 0; --before) {
        end_line(lines_.front(), lines_.front().cut_at);
        lines_.pop_front();
    }
    Line& line = lines_.front();
    const auto mark = std::find_if(line.marks.begin(), line.marks.end(), is);
    const Place now = phone_time(at), upto = mark->upto;
    const bool cut = line.cut_at != never;
    if (cut && now + slack < begins(line) + upto - line.taken) {
        // Too early to have been played: a clear sends back all marks at once.
        end_line(line, now);
        lines_.pop_front();
        return;
    }
    line.marks.erase(line.marks.begin(), mark + 1);
    place(line, upto, now);
    if (!cut || !line.marks.empty()) return;
    end_line(line, line.cut_at);
    lines_.pop_front();
}

/// The audio of `line` before `upto` ended at `end`, by what the phone told.
void CallAudio::place(Line& line, Place upto, Place end) {
    const Place count = upto - line.taken;
    if (count <= 0) return;
    const Place earliest = std::max({edge_, written_, line.fresh ? line.sent_at : 0});
    Place start = std::max(earliest, end - count);
    if (!line.fresh && start - edge_ <= slack) start = std::max(edge_, written_);
    if (line.fresh) round_trip_ = std::clamp<Place>(start - line.sent_at, 0, longest_trip);
    line.fresh = false;
    put(right_, start, std::string_view(line.audio).substr(0, static_cast<std::size_t>(count)));
    line.audio.erase(0, static_cast<std::size_t>(count));
    line.taken = upto;
    edge_ = start + count;
}

/// Nothing of it was played after `cut`.
void CallAudio::end_line(Line& line, Place cut) {
    const Place begin = begins(line), left = line.sent - line.taken;
    const Place played = std::clamp<Place>(cut == never ? left : cut - begin, 0, left);
    const Place trip = round_trip_;
    place(line, line.taken + played, begin + played);
    round_trip_ = trip;  // a guess teaches nothing
}

void CallAudio::cleared(std::int64_t at) {
    Line& line = lines_.back();
    line.cut_at = phone_time(at) + round_trip_;
    if (line.marks.empty()) {
        end_line(line, line.cut_at);
        lines_.pop_back();
    }
    lines_.emplace_back();
}

void CallAudio::stopped(std::int64_t at) {
    for (Line& line : lines_) end_line(line, std::min(line.cut_at, phone_time(at)));
    lines_.clear();
    lines_.emplace_back();
}

void CallAudio::keep_from(std::int64_t at) { keep_from_ = std::min(keep_from_, phone_time(at)); }

/// Marks that never come back must not hold the rest.
void CallAudio::give_up(Place now) {
    while (lines_.size() > 1 && now > lines_.front().cut_at + mark_lost) {
        end_line(lines_.front(), lines_.front().cut_at);
        lines_.pop_front();
    }
    Line& line = lines_.front();
    if (lines_.size() > 1 || line.audio.empty()) return;
    if (now <= begins(line) + static_cast<Place>(line.audio.size()) + mark_lost) return;
    end_line(line, never);
    line.marks.clear();
}

void CallAudio::put(std::string& channel, Place at, std::string_view audio) const {
    if (at < written_) {
        audio.remove_prefix(std::min(audio.size(), static_cast<std::size_t>(written_ - at)));
        at = written_;
    }
    const auto from = static_cast<std::size_t>(at - written_);
    if (channel.size() < from + audio.size()) channel.resize(from + audio.size(), kSilence);
    channel.replace(from, audio.size(), audio);
}

/// Before that place nothing will change.
CallAudio::Place CallAudio::settled(std::int64_t at) const {
    Place upto = std::max(heard_to_, phone_time(at) - frame_lost);
    for (const Line& line : lines_)
        if (!line.audio.empty())
            upto = std::min(upto, line.fresh ? std::max(edge_, line.sent_at) : edge_);
    return upto;
}

std::string CallAudio::take(std::int64_t at, bool all) {
    give_up(phone_time(at));
    if (all) stopped(at);
    const auto longer = static_cast<Place>(std::max(left_.size(), right_.size()));
    const Place upto = all ? written_ + longer : settled(at);
    std::string out;
    if (upto <= written_) return out;
    const auto count = static_cast<std::size_t>(upto - written_);
    out.resize(2 * count, kSilence);
    const Place mute = std::min(keep_from_, upto) - written_;
    for (auto i = static_cast<std::size_t>(std::max<Place>(0, mute)); i < count; ++i) {
        if (i < left_.size()) out[2 * i] = left_[i];
        if (i < right_.size()) out[2 * i + 1] = right_[i];
    }
    left_.erase(0, std::min(count, left_.size()));
    right_.erase(0, std::min(count, right_.size()));
    written_ = upto;
    return out;
}

}  // namespace pa::audio
