// Recorded and published test data, from tests/data.
#pragma once

#include <string>

#include "base/file.hpp"
#include "json/document.hpp"
#include "support/catch.hpp"

namespace pa::test {

/// The parsed file tests/data/`name`; fails the test if it is not there or broken.
inline json::Document json_data(const std::string& name) {
    auto text = read_file(PA_TEST_DATA "/" + name);
    REQUIRE(text);
    auto document = json::Document::parse(*text);
    REQUIRE(document);
    return std::move(*document);
}

/// A message given as text; fails the test if it is not JSON.
inline json::Document json_text(std::string_view text) {
    auto document = json::Document::parse(text);
    REQUIRE(document);
    return std::move(*document);
}

}  // namespace pa::test
