// Recognising whole clips by the shape of their loudness: for audio whose bytes have changed on the
// way (a WAV at another level, a microphone in front of a loudspeaker).
#include <algorithm>
#include <cmath>

#include "audio/g711.hpp"
#include "sim/clip_book.hpp"

namespace pa::sim {
namespace {

constexpr std::size_t frame = audio::kFrameBytes;
constexpr double quiet_db = -50;          // what is below is all the same silence
constexpr double least_likeness = 0.92;   // of the two shapes, as a correlation
constexpr std::size_t least_frames = 30;  // 0.6 s: a shorter shape is like many others

std::vector<double> loudness(std::string_view audio) {
    std::vector<double> out;
    for (std::size_t i = 0; i + frame <= audio.size(); i += frame)
        out.push_back(std::max(quiet_db, audio::level_db(audio.substr(i, frame))));
    return out;
}

/// Pearson's correlation of `a` with the piece of `b` that begins at `from`; 0 where either is
/// flat.
double likeness(const std::vector<double>& a, const std::vector<double>& b, std::size_t from) {
    double n = static_cast<double>(a.size()), sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        double x = a[i], y = b[from + i];
        sa += x, sb += y, saa += x * x, sbb += y * y, sab += x * y;
    }
    double variance = (saa - sa * sa / n) * (sbb - sb * sb / n);
    return variance <= 0 ? 0 : (sab - sa * sb / n) / std::sqrt(variance);
}

}  // namespace

void ClipBook::index_loudness() {
    for (const Clip& clip : clips_)
        shapes_.push_back(clip.agent ? std::vector<double>{} : loudness(clip.audio));
}

std::vector<Heard> ClipBook::by_loudness(std::string_view audio) const {
    std::vector<Heard> heard;
    std::vector<double> shape = loudness(audio);
    for (std::size_t from = 0; from < shape.size();) {
        double best = least_likeness;
        std::size_t found = clips_.size();
        for (std::size_t c = 0; c < clips_.size(); ++c) {
            const std::vector<double>& wanted = shapes_[c];
            if (wanted.size() < least_frames || from + wanted.size() > shape.size()) continue;
            double like = likeness(wanted, shape, from);
            if (like > best) best = like, found = c;
        }
        if (found < clips_.size())
            heard.push_back({&clips_[found], {{0, clips_[found].audio.size()}}, from * frame});
        from += found < clips_.size() ? shapes_[found].size() : 1;
    }
    return heard;
}

}  // namespace pa::sim
