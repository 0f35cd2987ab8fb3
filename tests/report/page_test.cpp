#include "report/page.hpp"

#include <sys/stat.h>

#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "base/file.hpp"
#include "json/document.hpp"
#include "report/sample.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace pa;

namespace {

std::string page_of(const std::vector<store::CallLog>& logs, const test::TempDir& dir,
                    report::PageOptions options = {}) {
    ::setenv("PA_SHARE_DIR", PA_SHARE, 1);
    std::string path = dir / "calls.html";
    auto page = report::Page::create(path, options);
    ::unsetenv("PA_SHARE_DIR");
    REQUIRE(page);
    for (const auto& log : logs) page->add(log, dir / "log.json");
    REQUIRE(page->finish());
    auto text = read_file(path);
    REQUIRE(text);
    return *text;
}

/// The text of the element with that id.
std::string element(const std::string& page, const std::string& id) {
    std::size_t at = page.find("id=\"" + id + "\">");
    if (at == std::string::npos) return "";
    at = page.find('>', at) + 1;
    return page.substr(at, page.find("</script>", at) - at);
}

std::size_t count(const std::string& text, const std::string& what) {
    std::size_t n = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size())
        ++n;
    return n;
}

/// A WAV file of two channels of u-law.
std::string stereo(std::string_view data) {
    std::string wav(
        "RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x07\0\x02\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x08\0data", 40);
    for (std::size_t i = 0; i < 4; ++i) wav += static_cast<char>(data.size() >> (8 * i) & 0xff);
    return wav + std::string(data);
}

}  // namespace

TEST_CASE("a page has every call, its explanation, and the month's budget") {
    test::TempDir dir;
    test::Seoul zone;
    report::PageOptions options;
    options.now = *parse_iso("2026-03-01T00:10:00+09:00");
    options.budget_month_usd = 10.0;
    std::string page = page_of({test::reported_call(), test::reported_call()}, dir, options);
    auto index = json::Document::parse(element(page, "index"));
    REQUIRE(index);
    CHECK(index->root()["calls"].size() == 2);
    CHECK(index->root()["month"].text() == "2026-03");
    CHECK(index->root()["budget_month_usd"].number() == 10.0);
    CHECK(index->root()["calls"].at(1)["latencies_ms"].at(1).integer() == 2500);
    auto call = json::Document::parse(element(page, "data-1"));
    REQUIRE(call);
    CHECK(call->root()["log"]["transcript"].size() == 5);
    CHECK(call->root()["why"]["moments"].size() > 5);
}

TEST_CASE("the policy of a page names its own script and style and nothing else") {
    test::TempDir dir;
    std::string page = page_of({}, dir);
    auto script = read_file(PA_SHARE "/report/page.js"),
         style = read_file(PA_SHARE "/report/page.css");
    REQUIRE(script);
    REQUIRE(style);
    CHECK_THAT(page,
               contains("default-src 'none'; script-src 'sha256-" + base64_encode(sha256(*script)) +
                        "'; style-src 'sha256-" + base64_encode(sha256(*style)) + "'"));
    CHECK_THAT(page, contains("<script>" + *script + "</script>"));
    CHECK(page.find("@STYLE") == std::string::npos);
    CHECK(page.find("@SCRIPT") == std::string::npos);
    for (const char* outside : {"src=\"http", "href=\"http", "url(", "@import"})
        CHECK(page.find(outside) == std::string::npos);
}

TEST_CASE("nobody's words end an element of the page or begin one") {
    test::TempDir dir;
    store::CallLog log = test::reported_call();
    const std::string words = "</script><script>alert(1)</script><!--<script>@DATA@";
    log.meta.about = log.meta.agent = log.meta.to = log.meta.model = words;
    log.record.transcript[1].text = words;
    log.record.functions.push_back({words, words, words, words, words, 1, 1});
    log.record.events.push_back({1, words, words});
    log.record.errors.push_back({1, words, words});
    std::string plain = page_of({test::reported_call()}, dir), page = page_of({log}, dir);
    CHECK(count(page, "<script") == count(plain, "<script"));
    CHECK(count(page, "</script>") == count(plain, "</script>"));
    CHECK(count(page, "<!--") == count(plain, "<!--"));
    auto call = json::Document::parse(element(page, "data-0"));
    REQUIRE(call);
    CHECK(call->root()["log"]["transcript"].at(1)["text"].text() == words);
}

TEST_CASE("a recording is in the page as waveforms and, where there is room, as sound") {
    test::TempDir dir;
    store::CallLog log = test::reported_call();
    log.meta.recording = "call.wav";
    std::string data;
    for (int i = 0; i < 8000; ++i)
        data += i < 4000 ? "\xff\x80" : "\x80\xff";  // silence, loud; loud, silence
    REQUIRE(write_file(dir / "call.wav", stereo(data)));
    std::string page = page_of({log}, dir);
    auto wave = json::Document::parse(element(page, "audio-0"));
    REQUIRE(wave);
    CHECK(wave->root()["ms"].integer() == 1000);
    auto caller = base64_decode(wave->root()["caller"].text());
    REQUIRE(caller);
    CHECK(static_cast<unsigned char>(caller->front()) == 0);
    CHECK(static_cast<unsigned char>(caller->back()) > 240);
    CHECK(base64_decode(element(page, "sound-0")) == data);

    report::PageOptions small;
    small.audio_bytes = 1000;
    page = page_of({log}, dir, small);
    CHECK_FALSE(element(page, "audio-0").empty());
    CHECK(element(page, "sound-0").empty());
}

TEST_CASE("a recording that is no recording is told, and the page is made") {
    test::TempDir dir;
    store::CallLog log = test::reported_call();
    log.meta.recording = "call.wav";
    for (const std::string& file :
         {std::string("RIFF"), std::string("no sound at all, but text"), stereo("")}) {
        REQUIRE(write_file(dir / "call.wav", file));
        std::string page = page_of({log}, dir);
        CHECK(element(page, "sound-0").empty());
    }
    REQUIRE(write_file(dir / "call.wav", "text"));
    CHECK_THAT(page_of({log}, dir), contains("call.wav: no stereo WAV file at 8000 Hz"));
    log.meta.recording = "../../elsewhere.wav";
    CHECK_THAT(page_of({log}, dir), contains(dir / "elsewhere.wav: cannot open"));
    log.meta.recording = "gone.wav";
    CHECK_THAT(page_of({log}, dir), contains("gone.wav: cannot open"));
}

TEST_CASE("a page is private, and one that is not finished is not there") {
    test::TempDir dir;
    page_of({}, dir);
    struct stat facts {};
    REQUIRE(::stat((dir / "calls.html").c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    ::setenv("PA_SHARE_DIR", PA_SHARE, 1);
    {
        auto page = report::Page::create(dir / "other.html", {});
        REQUIRE(page);
    }
    ::unsetenv("PA_SHARE_DIR");
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(dir.path()))
        ++files;
    CHECK(files == 1);
}
