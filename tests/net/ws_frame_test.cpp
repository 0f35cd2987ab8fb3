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
    for (std::size_t size : {0U, 1U, 15U, 16U, 17U, 33U, 125U, 126U, 1000U}) {
        std::string text;
        for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(i * 7);
        MaskKey key = next_mask_key();
        const std::string masked = frame(text, &key);
        const std::size_t at = masked.size() - size;
        std::string by_hand = masked.substr(at), in_place = by_hand;
        for (std::size_t i = 0; i < size; ++i)
            by_hand[i] = static_cast<char>(static_cast<unsigned char>(by_hand[i]) ^ key[i % 4]);
        CHECK(by_hand == text);
        unmask(in_place.data(), size, key);
        CHECK(in_place == text);
    }
}

TEST_CASE("mask keys do not repeat") {
    std::vector<MaskKey> keys;
    for (int i = 0; i < 2000; ++i) keys.push_back(next_mask_key());
    std::sort(keys.begin(), keys.end());
    // 2000 of four thousand million: one pair in two thousand runs.
    CHECK(std::unique(keys.begin(), keys.end()) >= keys.end() - 2);
}

TEST_CASE("a head is read as it was written, and not before it has come") {
    MaskKey key = {1, 2, 3, 4};
    std::size_t size = GENERATE(0U, 125U, 126U, 65'535U, 65'536U);
    std::string masked = frame(std::string(size, 'x'), &key);
    FrameHead head;
    REQUIRE(read_head(masked, head) == HeadState::whole);
    CHECK(head.opcode == Opcode::text);
    CHECK(head.final);
    CHECK(head.masked);
    CHECK(head.key == key);
    CHECK(head.payload == size);
    CHECK(head.head + head.payload == masked.size());
    for (std::size_t cut = 0; cut < head.head; ++cut)
        CHECK(read_head(std::string_view(masked).substr(0, cut), head) == HeadState::cut);
}

TEST_CASE("what is no frame is told by its head") {
    std::string_view head = GENERATE(as<std::string_view>(),
                                     "\xc1\x01",          // a reserved bit
                                     "\x83\x01",          // a reserved opcode
                                     "\x8b\x01",          // a reserved control opcode
                                     "\x08\x02",          // a close in pieces
                                     "\x89\x7e\x01\x01",  // a ping of 257 bytes
                                     "\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff");
    FrameHead out;
    CHECK(read_head(head, out) == HeadState::bad);
}
