#include "sim/clip_book.hpp"

#include <algorithm>
#include <bitset>

#include "base/file.hpp"
#include "base/text.hpp"
#include "json/document.hpp"

namespace pa::sim {
namespace {

constexpr std::size_t window = 32;  // bytes of a fingerprint, 4 ms
constexpr std::size_t step = 8;     // a clip is fingerprinted every 8 bytes, the audio everywhere
constexpr std::size_t least_run = 320;    // 40 ms: shorter matches may be chance
constexpr std::size_t least_variety = 8;  // values in a window: silence has no fingerprint

/// A hash that rolls: the next window's follows from this one's without reading it again.
constexpr std::uint64_t prime = 1099511628211ULL;
constexpr std::uint64_t prime_to_window = [] {
    std::uint64_t power = 1;
    for (std::size_t i = 0; i < window; ++i) power *= prime;
    return power;
}();
std::uint64_t byte_of(char c) { return static_cast<std::uint8_t>(c) + 1U; }
std::uint64_t fingerprint(std::string_view bytes) {
    std::uint64_t hash = 0;
    for (char c : bytes) hash = hash * prime + byte_of(c);
    return hash;
}
std::uint64_t roll(std::uint64_t hash, char out, char in) {
    return hash * prime + byte_of(in) - byte_of(out) * prime_to_window;
}

/// False for a window that is too plain to tell anything.
bool varied(std::string_view bytes) {
    std::bitset<256> seen;
    for (char c : bytes) seen.set(static_cast<std::uint8_t>(c));
    return seen.count() >= least_variety;
}

/// How many of the bytes of [from, to) the parts hold.
std::size_t covered(const std::vector<ClipPart>& parts, std::size_t from, std::size_t to) {
    std::size_t sum = 0;
    for (const ClipPart& part : parts) {
        std::size_t begin = std::max(part.from, from), end = std::min(part.to, to);
        if (begin < end) sum += end - begin;
    }
    return sum;
}

}  // namespace

Result<ClipBook> ClipBook::load(const std::string& folder) {
    std::string file = folder + "/clips.json";
    auto text = read_file(file);
    if (!text) return text.error();
    auto doc = json::Document::parse(*text);
    if (!doc) return doc.error().in(file);
    std::vector<Clip> clips;
    std::string error;
    doc->root().for_each([&](json::Value v) {
        auto audio = read_file(folder + "/" + std::string(v["file"].text()));
        if (!audio && error.empty()) error = audio.error().what;
        clips.push_back({std::string(v["id"].text()), std::string(v["text"].text()),
                         std::string(v["lang"].text()), v["who"].text() == "agent",
                         audio ? std::move(*audio) : ""});
    });
    if (!error.empty()) return Error{Errc::data, error};
    if (clips.empty()) return Error{Errc::data, file + ": no clips in it"};
    return ClipBook(std::move(clips));
}

ClipBook::ClipBook(std::vector<Clip> clips) : clips_(std::move(clips)) {
    index();
    index_loudness();
}

const Clip* ClipBook::find(std::string_view id) const {
    auto it = std::find_if(clips_.begin(), clips_.end(), [&](const Clip& c) { return c.id == id; });
    return it == clips_.end() ? nullptr : &*it;
}

void ClipBook::index() {
    for (std::uint32_t c = 0; c < clips_.size(); ++c) {
        if (clips_[c].agent) continue;
        std::string_view audio = clips_[c].audio;
        for (std::size_t i = 0; i + window <= audio.size(); i += step)
            if (auto piece = audio.substr(i, window); varied(piece))
                places_.emplace(fingerprint(piece), Place{c, static_cast<std::uint32_t>(i)});
    }
}

bool ClipBook::extend(std::string_view audio, std::size_t at, Place place, Run& out) const {
    std::string_view clip = clips_[place.clip].audio;
    std::size_t from = place.offset, to = place.offset, begin = at, end = at;
    while (to < clip.size() && end < audio.size() && clip[to] == audio[end]) ++to, ++end;
    while (from > 0 && begin > 0 && clip[from - 1] == audio[begin - 1]) --from, --begin;
    out = {place.clip, from, to, begin};
    return to - from >= std::min(least_run, clip.size());
}

ClipBook::Run ClipBook::best_run(std::string_view audio, std::size_t at,
                                 std::uint64_t print) const {
    Run best{}, run{};
    auto [first, last] = places_.equal_range(print);
    for (auto it = first; it != last; ++it)
        if (extend(audio, at, it->second, run) && run.to - run.from > best.to - best.from)
            best = run;
    return best;
}

std::vector<ClipBook::Run> ClipBook::runs(std::string_view audio) const {
    std::vector<Run> found;
    if (audio.size() < window) return found;
    std::size_t known_to = 0;  // what lies before belongs to a run already
    std::uint64_t print = fingerprint(audio.substr(0, window));
    for (std::size_t at = 0;; ++at) {
        if (at >= known_to)
            if (Run run = best_run(audio, at, print); run.to != 0) {
                found.push_back(run);
                known_to = run.at + (run.to - run.from);
            }
        if (at + window >= audio.size()) return found;
        print = roll(print, audio[at], audio[at + window]);
    }
}

std::vector<Heard> ClipBook::recognise(std::string_view audio) const {
    std::vector<Heard> heard;
    for (const Run& run : runs(audio)) {
        const Clip* clip = &clips_[run.clip];
        // The same clip, further on: what lies between was lost. Further back: it was said again.
        bool goes_on = !heard.empty() && heard.back().clip == clip &&
                       heard.back().parts.back().to <= run.from + window;
        if (!goes_on) heard.push_back({clip, {}, run.at});
        std::size_t before = goes_on ? heard.back().parts.back().to : 0;
        if (run.to > std::max(run.from, before))
            heard.back().parts.push_back({std::max(run.from, before), run.to});
    }
    return heard.empty() ? by_loudness(audio) : heard;
}

double Heard::share() const {
    return static_cast<double>(covered(parts, 0, clip->audio.size())) /
           static_cast<double>(std::max<std::size_t>(clip->audio.size(), 1));
}

std::string Heard::text() const {
    // Letters are taken to be spoken at an even pace: the n-th of N has the n-th part of the audio.
    std::size_t letters = utf8_length(clip->text), size = clip->audio.size();
    auto words = split(clip->text, ' ');
    std::string out;
    std::size_t letter = 0;
    for (std::string_view word : words) {
        std::size_t length = utf8_length(word);
        std::size_t from = size * letter / letters, to = size * (letter + length) / letters;
        std::size_t there = covered(parts, from, to);
        std::string_view kept = there * 2 >= to - from ? word : std::string_view{};
        if (words.size() == 1)
            kept = utf8_prefix(word, (there * length + (to - from) / 2) / (to - from));
        if (!out.empty() && !kept.empty()) out += ' ';
        out += kept;
        letter += length + 1;
    }
    return out;
}

std::string text_of(const std::vector<Heard>& heard) {
    std::string out;
    for (const Heard& h : heard) {
        std::string text = h.text();
        if (!out.empty() && !text.empty()) out += ' ';
        out += text;
    }
    return out;
}

}  // namespace pa::sim
