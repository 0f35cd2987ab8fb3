#include "net/ws_frame.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace pa::net;

namespace {

std::string frame(std::string_view payload, const MaskKey* mask = nullptr) {
    std::string out(frame_size(payload.size(), mask != nullptr), '\0');
    write_frame(out.data(), Opcode::text, payload, mask);
    return out;
}

}  // namespace

TEST_CASE("frames are RFC 6455's examples") {
    CHECK(frame("Hello") == "\x81\x05Hello");
    MaskKey key = {0x37, 0xfa, 0x21, 0x3d};
    CHECK(frame("Hello", &key) == "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
    std::string medium(256, 'x'), large(65536, 'x');
    CHECK(frame(medium) == std::string("\x81\x7e\x01\x00", 4) + medium);
    CHECK(frame(large) == std::string("\x81\x7f\0\0\0\0\0\x01\0\0", 10) + large);
}

TEST_CASE("a mask of any length comes off again") {
    for (std::size_t size : {0U, 1U, 7U, 8U, 9U, 125U, 126U, 1000U}) {
        std::string text(size, 'a');
        MaskKey key = next_mask_key();
        std::string masked = frame(text, &key);
        std::size_t at = masked.size() - size;
        for (std::size_t i = 0; i < size; ++i)
            masked[at + i] =
                static_cast<char>(static_cast<unsigned char>(masked[at + i]) ^ key[i % 4]);
        CHECK(masked.substr(at) == text);
    }
}

TEST_CASE("mask keys do not repeat") {
    std::vector<MaskKey> keys;
    for (int i = 0; i < 2000; ++i) keys.push_back(next_mask_key());
    std::sort(keys.begin(), keys.end());
    // 2000 of four thousand million: one pair in two thousand runs.
    CHECK(std::unique(keys.begin(), keys.end()) >= keys.end() - 2);
}

TEST_CASE("writes end with a frame") {
    MaskKey key = {1, 2, 3, 4};
    std::string frames =
        frame("a") + frame(std::string(200, 'b'), &key) + frame(std::string(70'000, 'c'));
    CHECK(whole_frames(frames, 1) == 3);  // the first in any case
    CHECK(whole_frames(frames, 210) == 3);
    CHECK(whole_frames(frames, 211) == 211);
    CHECK(whole_frames(frames, 70'220) == 211);
    CHECK(whole_frames(frames, 70'221) == frames.size());
    CHECK(whole_frames(frames.substr(211), 10) == 70'010);
}
