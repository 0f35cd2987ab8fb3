#include "sim/wav.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "audio/g711.hpp"

namespace pa::sim {

namespace {

constexpr unsigned kPcm = 1, kMulaw = 7;  // WAVE_FORMAT_PCM, WAVE_FORMAT_MULAW
constexpr unsigned kRate = 8000;

void put(std::string& out, std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xffU);
}

std::uint32_t get(std::string_view in, std::size_t at, std::size_t bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = bytes; i-- > 0;)
        value = value << 8U | static_cast<unsigned char>(in[at + i]);
    return value;
}

struct Chunks {
    std::string_view format, data;
};

/// The chunks that matter. A data chunk that promises more than there is, as programs write it that
/// stream, goes to the end.
std::optional<Chunks> chunks_of(std::string_view file) {
    Chunks found;
    for (std::size_t at = 12; at + 8 <= file.size();) {
        const auto name = file.substr(at, 4);
        const std::size_t size = std::min<std::size_t>(get(file, at + 4, 4), file.size() - at - 8);
        if (name == "fmt ") found.format = file.substr(at + 8, size);
        if (name == "data") found.data = file.substr(at + 8, size);
        at += 8 + size + size % 2;
    }
    if (found.format.size() < 16) return std::nullopt;
    return found;
}

std::string encode(std::string_view pcm) {
    std::string out;
    out.reserve(pcm.size() / 2);
    for (std::size_t i = 0; i + 1 < pcm.size(); i += 2)
        out += audio::mulaw_of(static_cast<std::int16_t>(get(pcm, i, 2)));
    return out;
}

}  // namespace

std::string stereo_wav(std::string_view left, std::string_view right) {
    const std::size_t frames = std::max(left.size(), right.size());
    const auto data = static_cast<std::uint32_t>(frames * 4);
    std::string out;
    out.reserve(44 + data);
    out += "RIFF";
    put(out, 36 + data, 4);
    out += "WAVEfmt ";
    put(out, 16, 4);
    put(out, kPcm, 2);
    put(out, 2, 2);  // channels
    put(out, kRate, 4);
    put(out, kRate * 4, 4);
    put(out, 4, 2);
    put(out, 16, 2);
    out += "data";
    put(out, data, 4);
    auto sample = [&](std::string_view channel, std::size_t i) {
        const auto s = i < channel.size() ? audio::linear_of(channel[i]) : std::int16_t{0};
        put(out, static_cast<std::uint16_t>(s), 2);
    };
    for (std::size_t i = 0; i < frames; ++i) {
        sample(left, i);
        sample(right, i);
    }
    return out;
}

Result<std::string> mulaw_of(std::string_view file) {
    if (!file.starts_with("RIFF") || file.size() < 12 || file.substr(8, 4) != "WAVE")
        return std::string(file);
    const auto chunks = chunks_of(file);
    if (!chunks) return Error{Errc::data, "the WAV file has no format chunk"};
    const auto coding = get(chunks->format, 0, 2), channels = get(chunks->format, 2, 2);
    const auto rate = get(chunks->format, 4, 4), bits = get(chunks->format, 14, 2);
    if (rate == kRate && channels == 1 && coding == kMulaw) return std::string(chunks->data);
    if (rate == kRate && channels == 1 && coding == kPcm && bits == 16) return encode(chunks->data);
    return Error{Errc::data,
                 "expected a mono WAV file at 8000 Hz, 16-bit PCM or u-law; convert it with: "
                 "ffmpeg -i FILE -ar 8000 -ac 1 OUT.wav"};
}

}  // namespace pa::sim
