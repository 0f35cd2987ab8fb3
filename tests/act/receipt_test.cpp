#include "act/receipt.hpp"

#include "base/file.hpp"
#include "support/catch.hpp"
#include "support/scratch.hpp"

using namespace pa;
using act::Receipt;
using act::ReceiptBook;

namespace {
Receipt receipt(const std::string& id, const std::string& status) {
    Receipt r;
    r.request_id = id;
    r.status = status;
    r.what = "한 일";
    return r;
}
}  // namespace

TEST_CASE("a receipt is read back as it was written") {
    Receipt r = receipt("a1", "failed");
    r.where = "TODO.md";
    r.undo = "pa-act --undo a1";
    r.type = "todo";
    r.run = "x#1";
    r.retry = true;
    r.at = *parse_iso("2026-03-01T07:00:00+09:00");
    auto back = act::read_receipt(act::write_receipt(r));
    REQUIRE(back);
    CHECK(act::write_receipt(*back) == act::write_receipt(r));
    CHECK_FALSE(act::read_receipt("{}"));
    CHECK_FALSE(
        act::read_receipt(R"({"schema":"phone-agent/receipt/1","request_id":"x","status":"ok"})"));
}

TEST_CASE("several books of one spool see each other's receipts") {
    test::TempDir dir;
    ReceiptBook one(dir / "spool"), two(dir / "spool");
    REQUIRE(one.refresh());
    REQUIRE(two.append(receipt("a1", "done")));
    CHECK_FALSE(one.settled("a1"));
    REQUIRE(one.refresh());
    CHECK(one.settled("a1"));
    REQUIRE(one.append(receipt("a2", "done")));
    REQUIRE(two.refresh());
    CHECK(two.settled("a2"));
    CHECK(two.all().size() == 2);
}

TEST_CASE("of a line that a crash tore nothing is read, and nothing is lost behind it") {
    test::Scratch dir;
    ReceiptBook book(dir / "spool");
    REQUIRE(book.append(receipt("a1", "done")));
    std::string file = dir / "spool/receipts.jsonl";
    std::string half = act::write_receipt(receipt("a2", "done")).substr(0, 40);
    REQUIRE(append_file(file, half));
    ReceiptBook next(dir / "spool");
    REQUIRE(next.refresh());
    CHECK_FALSE(next.settled("a2"));
    REQUIRE(next.append(receipt("a3", "done")));
    CHECK(next.settled("a3"));
    ReceiptBook last(dir / "spool");
    REQUIRE(last.refresh());
    CHECK(last.all().size() == 2);
    CHECK(last.last("a2") == nullptr);
}

TEST_CASE("what failed for now is not settled, and the last receipt counts") {
    test::TempDir dir;
    ReceiptBook book(dir / "spool");
    Receipt later = receipt("a1", "failed");
    later.retry = true;
    REQUIRE(book.append(later));
    CHECK_FALSE(book.settled("a1"));
    REQUIRE(book.append(receipt("a1", "done")));
    CHECK(book.settled("a1"));
    CHECK(book.last("a1")->status == "done");
}
