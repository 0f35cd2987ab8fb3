#include "bridge/joined_audio.hpp"

#include <utility>

#include "base/base64.hpp"

namespace pa::bridge {

bool JoinedAudio::add(std::string_view payload) {
    const std::size_t size = base64_decoded_size(payload);
    if (size_ + size > most_bytes || !base64_decode_into(payload, bytes_.data() + size_))
        return false;
    size_ += size;
    return true;
}

std::string_view JoinedAudio::take() {
    const std::string_view bytes(bytes_.data(), std::exchange(size_, 0));
    return {text_.data(), base64_encode_into(bytes, text_.data())};
}

}  // namespace pa::bridge
