// The speech clips (share/clips), and what was said in a piece of audio, recognised by them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"

namespace pa::sim {

struct Clip {
    std::string id, text, lang;
    bool agent = false;  // spoken by the agent, not by the caller
    std::string audio;   // mu-law, 8 kHz
    [[nodiscard]] std::int64_t ms() const { return static_cast<std::int64_t>(audio.size() / 8); }
};

/// A part of a clip that was found: bytes [from, to) of it.
struct ClipPart {
    std::size_t from = 0, to = 0;
};

/// A clip that was found, in the order of the audio.
struct Heard {
    const Clip* clip = nullptr;
    std::vector<ClipPart> parts;         // in order, without overlap
    std::size_t at = 0;                  // where in the audio it begins [bytes]
    [[nodiscard]] double share() const;  // of the clip that is there [0-1]
    /// The clip's text without the words that are missing: a word stays if at least half of its
    /// share of the audio is there, a word alone is cut by characters. The whole text if all is
    /// there.
    [[nodiscard]] std::string text() const;
};

class ClipBook {
public:
    /// Reads FOLDER/clips.json and the clips it names.
    [[nodiscard]] static Result<ClipBook> load(const std::string& folder);
    /// Of clips made in memory.
    explicit ClipBook(std::vector<Clip> clips);
    ClipBook(ClipBook&&) = default;
    ClipBook& operator=(ClipBook&&) = default;

    [[nodiscard]] const std::vector<Clip>& clips() const { return clips_; }
    /// Null if there is none of that id.
    [[nodiscard]] const Clip* find(std::string_view id) const;

    /// What is in the audio: the caller's clips by their very bytes, wherever they begin and
    /// whatever is lost or cut of them. Pieces shorter than 40 ms are taken for chance. Where no
    /// bytes match (audio that was coded anew), whole clips by the shape of their loudness.
    [[nodiscard]] std::vector<Heard> recognise(std::string_view mulaw) const;

private:
    struct Place {
        std::uint32_t clip, offset;
    };
    struct Run {
        std::uint32_t clip;
        std::size_t from, to, at;
    };
    void index();
    void index_loudness();
    [[nodiscard]] std::vector<Run> runs(std::string_view audio) const;
    [[nodiscard]] Run best_run(std::string_view audio, std::size_t at, std::uint64_t print) const;
    [[nodiscard]] bool extend(std::string_view audio, std::size_t at, Place place, Run& out) const;
    [[nodiscard]] std::vector<Heard> by_loudness(std::string_view audio) const;

    std::vector<Clip> clips_;
    std::vector<std::vector<double>>
        shapes_;  // of the loudness of each clip; empty for the agent's
    std::unordered_multimap<std::uint64_t, Place> places_;  // of fingerprints of the caller's clips
};

/// The texts of what was heard, joined by blanks.
[[nodiscard]] std::string text_of(const std::vector<Heard>& heard);

}  // namespace pa::sim
