// WebSocket frames for the benchmark: no copy, no allocation, nothing looked at that need not be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pa::bench {

/// One frame as it lies in a receive buffer; the payload is masked as it came.
struct Frame {
    unsigned opcode = 0;
    bool masked = false;
    unsigned char key[4]{};
    char* payload = nullptr;
    std::size_t size = 0;

    /// Unmasks the bytes `from`..`to` of the payload where they lie.
    void unmask(std::size_t from, std::size_t to);
    void unmask() { unmask(0, size); }
    [[nodiscard]] std::string_view text() const { return {payload, size}; }
};

/// Reads a frame at the start of `bytes`. Returns its length, 0 if it is not there as a whole.
std::size_t read_frame(char* bytes, std::size_t size, Frame& out);

/// Calls `take(Frame&)` for each whole frame; the rest is kept in `partial` for the next time.
template <class Take>
void each_frame(std::string& partial, char* bytes, std::size_t size, Take take) {
    if (!partial.empty()) {
        partial.append(bytes, size);
        bytes = partial.data();
        size = partial.size();
    }
    Frame frame;
    std::size_t used = 0;
    while (std::size_t length = read_frame(bytes + used, size - used, frame)) {
        take(frame);
        used += length;
    }
    if (partial.empty())
        partial.assign(bytes + used, size - used);
    else
        partial.erase(0, used);
}

/// A whole text frame. Clients mask, with a key that stays the same: the other side's work does not
/// depend on it.
[[nodiscard]] std::string text_frame(std::string_view payload, bool masked);
void append_text_frame(std::string& out, std::string_view payload, bool masked);

/// A frame built once; fields of fixed width in it are written anew before each sending.
class Template {
public:
    Template() = default;
    Template(std::string_view payload, bool masked);
    /// Where `field` is first found in the payload; it must be there.
    [[nodiscard]] std::size_t find(std::string_view field) const;
    void put(std::size_t at, std::string_view text);
    void put_hex(std::size_t at, std::uint64_t value, int digits);
    void put_decimal(std::size_t at, std::uint64_t value, int digits);
    [[nodiscard]] std::string_view bytes() const { return frame_; }

private:
    std::string frame_, clear_;
    std::size_t head_ = 0;
    bool masked_ = false;
};

[[nodiscard]] std::uint64_t read_hex(const char* digits, int count);

/// The GET of a client's upgrade, and the answer to one (101) with its Sec-WebSocket-Accept.
[[nodiscard]] std::string upgrade_request(std::string_view path, std::string_view headers);
[[nodiscard]] std::string upgrade_answer(std::string_view request);

}  // namespace pa::bench
