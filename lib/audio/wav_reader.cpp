#include "audio/wav_reader.hpp"

#include <algorithm>

namespace pa::audio {
namespace {

std::uint32_t little_endian(std::string_view in, std::size_t at, std::size_t bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = bytes; i-- > 0;)
        value = value << 8U | static_cast<unsigned char>(in[at + i]);
    return value;
}

}  // namespace

bool is_wav(std::string_view file) {
    return file.size() >= 12 && file.starts_with("RIFF") && file.substr(8, 4) == "WAVE";
}

std::optional<Wav> read_wav(std::string_view file) {
    if (!is_wav(file)) return std::nullopt;
    std::string_view format;
    Wav wav;
    for (std::size_t at = 12; at + 8 <= file.size();) {
        const auto name = file.substr(at, 4);
        const std::size_t size =
            std::min<std::size_t>(little_endian(file, at + 4, 4), file.size() - at - 8);
        if (name == "fmt ") format = file.substr(at + 8, size);
        if (name == "data") wav.data = file.substr(at + 8, size);
        at += 8 + size + size % 2;
    }
    if (format.size() < 16) return std::nullopt;
    wav.coding = little_endian(format, 0, 2);
    wav.channels = little_endian(format, 2, 2);
    wav.rate = little_endian(format, 4, 4);
    wav.bits = little_endian(format, 14, 2);
    return wav;
}

}  // namespace pa::audio
