// The file of a recording, at every moment.
#include "store/recording.hpp"

#include <sys/stat.h>

#include "base/base64.hpp"
#include "base/file.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace pa;
using store::RecordingFact;
using Kind = RecordingFact::Kind;

namespace {

constexpr std::size_t head = 58;

std::uint32_t number(const std::string& file, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
        value = value << 8U | static_cast<unsigned char>(file.at(at + i));
    return value;
}

/// The samples of a file that is whole.
std::string samples(const std::string& path) {
    auto file = read_file(path);
    REQUIRE(file);
    REQUIRE(file->size() >= head);
    CHECK(file->substr(0, 4) == "RIFF");
    CHECK(number(*file, 4) + 8 == file->size());
    CHECK(file->substr(8, 8) == "WAVEfmt ");
    CHECK(number(*file, 20) == 0x0002'0007);  // u-law, two channels
    CHECK(number(*file, 24) == 8000);
    CHECK(number(*file, 28) == 16000);
    CHECK(number(*file, 32) == 0x0008'0002);  // two bytes of eight bits each
    CHECK(file->substr(38, 4) == "fact");
    CHECK(number(*file, 46) == number(*file, 54) / 2);
    CHECK(file->substr(50, 4) == "data");
    CHECK(number(*file, 54) == file->size() - head);
    return file->substr(head);
}

class Call {
public:
    Call(const std::string& path, bool keep)
        : sink_(store::recording_sink(path, keep, [this](auto& what) { told += what; })) {}
    void put(Kind kind, std::int64_t at, std::string_view text = {}, std::int64_t timestamp = 0) {
        REQUIRE(store::put(tape_, {kind, at, timestamp}, text));
        std::string record;
        REQUIRE(tape_.get(record));
        sink_->take(record);
    }
    /// The caller is on the line from then on for so long.
    void speak(std::int64_t from, std::int64_t ms, std::int64_t stream = 0) {
        const std::string frame = base64_encode(std::string(160, '\x11'));
        for (std::int64_t t = from; t < from + ms; t += 20)
            put(Kind::caller, t + 20, frame, t - stream);
        sink_->rest();
    }
    void end() { sink_->end(0); }
    std::string told;

private:
    store::Tape tape_{store::recording_tape_bytes};
    std::unique_ptr<store::TapeSink> sink_;
};

}  // namespace

TEST_CASE("a recording is a whole file while the call goes on, and mine alone") {
    pa::test::TempDir dir;
    Call call(dir / "c.wav", true);
    call.put(Kind::stream_started, 0);
    for (int s = 0; s < 5; ++s) {
        call.speak(s * 1000, 1000);
        CHECK(samples(dir / "c.wav").size() >= static_cast<std::size_t>(s) * 16'000);
    }
    call.end();
    CHECK(samples(dir / "c.wav").size() == 5 * 16'000);
    struct stat info {};
    REQUIRE(::stat((dir / "c.wav").c_str(), &info) == 0);
    CHECK((info.st_mode & 0777U) == 0600);
    CHECK(call.told.empty());
}

TEST_CASE("a call of which nothing may be kept leaves no file") {
    pa::test::TempDir dir;
    Call call(dir / "c.wav", false);
    call.put(Kind::stream_started, 0);
    call.speak(0, 3000);
    call.end();
    CHECK_FALSE(file_exists(dir / "c.wav"));
}

TEST_CASE("what was before the announcement is silence in the file") {
    pa::test::TempDir dir;
    Call call(dir / "c.wav", false);
    call.put(Kind::stream_started, 0);
    call.speak(0, 2000);
    CHECK_FALSE(file_exists(dir / "c.wav"));
    call.put(Kind::keep, 2000);
    call.speak(2000, 2000);
    call.end();
    std::string stereo = samples(dir / "c.wav");
    CHECK(stereo.size() == 4 * 16'000);
    CHECK(stereo.find('\x11') == 2 * 16'000);
}

TEST_CASE("a call that is taken up goes on in its file") {
    pa::test::TempDir dir;
    {
        Call call(dir / "c.wav", true);
        call.put(Kind::stream_started, 0);
        call.speak(0, 3000);
    }  // killed: nothing more is written
    const std::size_t before = samples(dir / "c.wav").size();
    CHECK(before >= 2 * 16'000);
    Call again(dir / "c.wav", true);
    again.put(Kind::stream_started, 10'000);
    again.speak(10'000, 1000, 10'000);
    again.end();
    std::string stereo = samples(dir / "c.wav");
    CHECK(stereo.size() == 11 * 16'000);
    CHECK(stereo[before - 2] == '\x11');
    CHECK(stereo[before] == '\xff');
    CHECK(stereo.find('\x11', before) == 10 * 16'000);
}

TEST_CASE("a disk that refuses is told once") {
    Call call("/nonexistent/c.wav", true);
    call.put(Kind::stream_started, 0);
    for (int s = 0; s < 3; ++s) call.speak(s * 1000, 1000);
    call.end();
    CHECK_THAT(call.told, contains("/nonexistent/c.wav: cannot write: No such file"));
    CHECK(call.told.find("cannot write") == call.told.rfind("cannot write"));
}
