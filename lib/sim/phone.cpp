#include "sim/phone.hpp"

#include <algorithm>
#include <map>

namespace pa::sim {

namespace {

constexpr char kSilence = '\xff';                        // u-law zero
constexpr std::int64_t kMaxBuffered = 10LL * 60 * 8000;  // [bytes] Twilio drops what is beyond

std::int64_t bytes_in(std::chrono::nanoseconds time) {
    return std::max<std::int64_t>(0, time / audio_time(1));
}

/// Bytes of a segment heard by `now`.
template <class Segment>
std::int64_t heard_of(const Segment& s, TimePoint now) {
    return std::min(bytes_in(now - s.start), static_cast<std::int64_t>(s.bytes.size()));
}

}  // namespace

TimePoint Phone::Segment::end() const {
    return start + audio_time(static_cast<std::int64_t>(bytes.size()));
}

Phone::Phone(TimePoint begin, milliseconds one_way)
    : begin_(begin), one_way_(one_way), buffered_until_(begin) {}

void Phone::media(std::string_view mulaw, TimePoint now, std::string_view part) {
    under_way_.push_back(
        {Message::Kind::media, std::string(mulaw), std::string(part), now + one_way_});
}

void Phone::mark(std::string_view name, TimePoint now) {
    under_way_.push_back({Message::Kind::mark, std::string(name), {}, now + one_way_});
}

void Phone::clear(TimePoint now) {
    under_way_.push_back({Message::Kind::clear, {}, {}, now + one_way_});
}

std::optional<TimePoint> Phone::next_due() const {
    std::optional<TimePoint> due;
    if (!under_way_.empty()) due = under_way_.front().at;
    if (!marks_.empty() && (!due || marks_.front().at < *due)) due = marks_.front().at;
    return due;
}

std::vector<Phone::MarkReturn> Phone::poll(TimePoint now) {
    while (!under_way_.empty() && under_way_.front().at <= now) {
        arrive(under_way_.front());
        under_way_.pop_front();
    }
    std::vector<MarkReturn> due;
    while (!marks_.empty() && marks_.front().at <= now) {
        due.push_back(std::move(marks_.front()));
        marks_.pop_front();
    }
    return due;
}

void Phone::arrive(Message& message) {
    switch (message.kind) {
        case Message::Kind::media: return play(message);
        case Message::Kind::mark:
            marks_.push_back(
                {message.text, std::max(message.at, buffered_until_) + one_way_, false});
            return;
        case Message::Kind::clear: return empty(message.at);
    }
}

void Phone::play(Message& message) {
    const auto size = static_cast<std::int64_t>(message.text.size());
    if (size == 0) return;
    if (bytes_in(buffered_until_ - message.at) + size > kMaxBuffered) {
        overflowed_ += size;
        return;
    }
    received_ += size;
    const TimePoint start = std::max(message.at, buffered_until_);
    buffered_until_ = start + audio_time(size);
    auto same = [&](const Part& p) { return p.name == message.part; };
    auto part = std::find_if(parts_.rbegin(), parts_.rend(), same);  // most often the last
    if (part == parts_.rend()) {
        parts_.push_back({message.part, 0, 0, start});
        part = parts_.rbegin();
    }
    part->received += size;
    if (!segments_.empty() && segments_.back().end() == start &&
        segments_.back().part == message.part) {
        segments_.back().bytes += message.text;
    } else {
        segments_.push_back({start, std::move(message.part), std::move(message.text)});
    }
}

std::int64_t Phone::abandon(TimePoint now) {
    (void)poll(now);
    under_way_.clear();
    marks_.clear();
    return cut(now).dropped;
}

/// Throws away what would be heard after `at`.
Phone::Cleared Phone::cut(TimePoint at) {
    Cleared c{at, {}, 0, 0, received_, 0};
    for (std::size_t i = segments_.size(); i-- > 0 && segments_[i].end() > at;) {
        auto& s = segments_[i];
        const auto keep = static_cast<std::size_t>(heard_of(s, at));
        c.dropped += static_cast<std::int64_t>(s.bytes.size() - keep);
        s.bytes.resize(keep);
        if (s.start <= at) c.part = s.part;
    }
    while (!segments_.empty() && segments_.back().bytes.empty()) segments_.pop_back();
    dropped_ += c.dropped;
    c.played = played(at);
    if (c.dropped > 0) c.part_played = played(c.part, at);
    buffered_until_ = at;
    return c;
}

void Phone::empty(TimePoint at) {
    clears_.push_back(cut(at));
    for (auto& m : marks_) {
        if (m.at <= at + one_way_) continue;  // already on its way back, honestly played
        m.at = at + one_way_;
        m.cleared = true;
    }
}

void Phone::caller(std::string_view mulaw, TimePoint now) {
    const auto at = static_cast<std::size_t>(bytes_in(now - begin_));
    constexpr std::size_t kJitter = 40 * 8;  // a frame this late still follows the one before
    if (at > caller_.size() + kJitter) caller_.resize(at, kSilence);
    caller_ += mulaw;
}

bool Phone::speaking(TimePoint now) const {
    for (std::size_t i = segments_.size(); i-- > 0;) {
        if (segments_[i].end() <= now) return false;
        if (segments_[i].start <= now) return !segments_[i].bytes.empty();
    }
    return false;
}

std::int64_t Phone::played(TimePoint now) const {
    std::int64_t sum = 0;
    for (const auto& s : segments_) sum += heard_of(s, now);
    return sum;
}

std::int64_t Phone::played(std::string_view part, TimePoint now) const {
    std::int64_t sum = 0;
    for (const auto& s : segments_) {
        if (s.part == part) sum += heard_of(s, now);
    }
    return sum;
}

std::vector<Phone::Part> Phone::parts(TimePoint now) const {
    std::vector<Part> parts = parts_;
    std::map<std::string_view, Part*> by_name;
    for (auto& p : parts) by_name[p.name] = &p;
    for (const auto& s : segments_) by_name[s.part]->played += heard_of(s, now);
    return parts;
}

std::string Phone::heard(TimePoint from, TimePoint to) const {
    std::string out(static_cast<std::size_t>(bytes_in(to - from)), kSilence);
    for (std::size_t i = segments_.size(); i-- > 0 && segments_[i].end() > from;) {
        const auto& s = segments_[i];
        if (s.start >= to) continue;
        const auto skip = static_cast<std::size_t>(bytes_in(from - s.start));
        const auto at = static_cast<std::size_t>(bytes_in(s.start - from));
        if (skip < s.bytes.size() && at < out.size()) {
            const auto count = std::min(s.bytes.size() - skip, out.size() - at);
            out.replace(at, count, s.bytes, skip, count);
        }
    }
    return out;
}

Phone::Recording Phone::recording(TimePoint now) const {
    Recording r{caller_, {}};
    for (const auto& s : segments_) {
        const auto at = static_cast<std::size_t>(bytes_in(s.start - begin_));
        const auto count = static_cast<std::size_t>(heard_of(s, now));
        if (count == 0) continue;
        r.agent.resize(std::max(r.agent.size(), at + count), kSilence);
        r.agent.replace(at, count, s.bytes, 0, count);
    }
    const std::size_t length = std::max(r.caller.size(), r.agent.size());
    r.caller.resize(length, kSilence);
    r.agent.resize(length, kSilence);
    return r;
}

}  // namespace pa::sim
