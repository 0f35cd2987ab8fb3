// What the next call has to ask: requests that named no usable time. spool/ask.jsonl, one line
// each, "phone-agent/ask/1"; a later line of the same request with "asked" closes it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/request.hpp"

namespace pa::act {

struct Question {
    std::string request_id, type, title, quote, call_sid;
    std::string why;  // "no time was named"
};

inline constexpr std::string_view ask_file = "spool/ask.jsonl";  // in the agent directory

class AskList {
public:
    explicit AskList(std::string spool);
    /// Once per request: false if it is or was there.
    [[nodiscard]] Result<bool> add(const Question& question);
    /// Those still to be asked, in order.
    [[nodiscard]] Result<std::vector<Question>> open() const;
    /// It has been asked, or need not be. False if it was not open.
    [[nodiscard]] Result<bool> close(std::string_view request_id);

private:
    struct Entry {
        Question question;
        bool open = true;
    };
    [[nodiscard]] Result<std::vector<Entry>> read() const;
    [[nodiscard]] std::string path() const { return spool_ + "/ask.jsonl"; }
    std::string spool_;
};

}  // namespace pa::act
