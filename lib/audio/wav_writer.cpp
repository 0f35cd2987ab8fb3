#include "audio/wav_writer.hpp"

#include <string_view>

namespace pa::audio {
namespace {

constexpr std::uint32_t rate = 8000;

class Chunks {
public:
    Chunks& name(std::string_view four) {
        out_ += four;
        return *this;
    }
    Chunks& u32(std::uint32_t value) { return number(value, 4); }
    Chunks& u16(std::uint32_t value) { return number(value, 2); }
    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    Chunks& number(std::uint32_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) out_ += static_cast<char>(value >> (8 * i) & 0xffU);
        return *this;
    }
    std::string out_;
};

}  // namespace

std::string wav_header(unsigned coding, unsigned channels, std::uint32_t data_bytes) {
    const bool pcm = coding == kWavPcm;
    const std::uint32_t sample = pcm ? 2 : 1, frame = sample * channels;
    // All but PCM say how long their extension is, and have a `fact` (Microsoft's RIFF update of
    // 1994).
    const std::uint32_t format = pcm ? 16 : 18, before_data = 4 + 8 + format + (pcm ? 0 : 12) + 8;
    Chunks c;
    c.name("RIFF").u32(before_data + data_bytes).name("WAVE");
    c.name("fmt ").u32(format).u16(coding);
    c.u16(channels).u32(rate).u32(rate * frame);
    c.u16(frame).u16(sample * 8);
    if (!pcm) c.u16(0).name("fact").u32(4).u32(data_bytes / frame);
    c.name("data").u32(data_bytes);
    return c.take();
}

}  // namespace pa::audio
