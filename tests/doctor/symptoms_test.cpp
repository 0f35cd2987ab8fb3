// The table of README.md: each symptom that people meet has a hop that looks for what is behind it.
#include <algorithm>

#include "base/file.hpp"
#include "base/text.hpp"
#include "doctor/check.hpp"
#include "support/catch.hpp"

using namespace pa;

namespace {

struct Symptom {
    std::string_view words, hop;
};
constexpr Symptom symptoms[] = {
    {"static, crackling", "media"},      // the tone comes back unchanged and evenly
    {"in another language", "persona"},  // is written in LANGUAGE
    {"error 10005", "limits"},           // a line
    {"errors 21215", "permissions"},
    {"on trial accounts", "twilio"},
    {"it never rings", "number"},  // a line; with --call the outcome
    {"국제전화", "number"},        // a line
    {"is not set", "settings"},
    {"cannot start ngrok", "programs"},
    {"ERR_NGROK_108", "tunnel"},    // a line of the free plan
    {"ERR_NGROK_105", "programs"},  // the token is missing
    {"application error", "bridge"},
    {"not signed by Twilio", "webhook"},
    {"then silence", "media"},  // and Realtime
    {"no working bridge", "bridge"},
    {"nothing says why", "call"},  // --call
    {"in the morning", "sleep"},
    {"PUBLIC_URL_REALTIME", "settings"},
};

/// The first column of the table below that heading, without its head.
std::vector<std::string> rows_below(std::string_view text, std::string_view heading) {
    std::vector<std::string> rows;
    const std::size_t begin = text.find(heading);
    REQUIRE(begin != std::string_view::npos);
    text = text.substr(begin + heading.size());
    for (std::string_view line : split(text.substr(0, text.find("\n## ")), '\n'))
        if (line.starts_with("| ")) rows.emplace_back(split(line, '|')[1]);
    REQUIRE(rows.size() > 10);
    rows.erase(rows.begin());
    return rows;
}

bool is_hop(std::string_view name) {
    const auto all = doctor::checks();
    return name == "call" || std::any_of(all.begin(), all.end(),
                                         [&](const doctor::Check& c) { return c.hop == name; });
}

}  // namespace

TEST_CASE("each symptom in the README's table has a hop of pa-doctor") {
    auto readme = read_file(std::string(PA_SHARE) + "/../README.md");
    REQUIRE(readme);
    for (const std::string& row : rows_below(*readme, "\n## Troubleshooting\n")) {
        INFO("a symptom that no hop is named for: " << row);
        CHECK(std::any_of(std::begin(symptoms), std::end(symptoms), [&](const Symptom& s) {
            return row.find(s.words) != std::string::npos && is_hop(s.hop);
        }));
    }
}
