// A receipt: what became of a request, "phone-agent/receipt/1" (share/schema/receipt.json), and the
// book of all of them, spool/receipts.jsonl.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/wall_time.hpp"

namespace pa::act {

struct Receipt {
    std::string request_id;
    std::string status;  // "done", "scheduled", "skipped", "failed"
    std::string what;    // a sentence for people
    std::string where;   // the file that holds it, relative to the agent directory, or ""
    std::string undo;    // the command that takes it back, or ""
    std::string type;    // of the request
    std::string run;     // of a job of the spool: which occurrence and attempt, or ""
    WallTime at{};       // when it was written
    bool retry = false;  // failed for now: the same request may be carried out again
};

/// Nothing came of it: failed, or the time of its run has passed.
[[nodiscard]] bool is_broken(const Receipt& receipt);

/// One line of JSON without its newline, `schema` first.
[[nodiscard]] std::string write_receipt(const Receipt& receipt);
/// Errc::data names the member at fault.
[[nodiscard]] Result<Receipt> read_receipt(std::string_view json);

/// Append-only. Each receipt is one line in one write(2); of a line that a crash tore, nothing is
/// read and nothing is added to it. Many processes may append and read at a time.
class ReceiptBook {
public:
    /// `spool`: the folder, made when it is first needed.
    explicit ReceiptBook(std::string spool);
    [[nodiscard]] static std::string path_in(const std::string& spool) {
        return spool + "/receipts.jsonl";
    }

    /// Reads what was added since the last time, by whom ever.
    [[nodiscard]] Status refresh();
    /// Adds one; sets its time if it has none.
    [[nodiscard]] Status append(Receipt receipt);

    /// The last one of that request, or nullptr.
    [[nodiscard]] const Receipt* last(std::string_view request_id) const;
    /// True if it has one that is final: nothing more is to be done about it.
    [[nodiscard]] bool settled(std::string_view request_id) const;
    [[nodiscard]] bool has_run(std::string_view request_id, std::string_view run) const;
    /// As of the last refresh(), in order.
    [[nodiscard]] const std::vector<Receipt>& all() const { return all_; }

private:
    [[nodiscard]] std::string path() const { return path_in(spool_); }
    std::string spool_;
    std::size_t read_ = 0;  // [bytes] of whole lines
    std::vector<Receipt> all_;
    std::map<std::string, std::size_t, std::less<>> last_;  // index into all_
};

}  // namespace pa::act
