#include "base/descriptors.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <vector>

#include "base/file.hpp"
#include "support/catch.hpp"

using namespace pa;

TEST_CASE("descriptors that may still be opened are counted against the limit of the moment") {
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const auto lowest = static_cast<rlim_t>(Fd(::dup(2)).get());
    rlimit tight = before;
    tight.rlim_cur = lowest + 10;
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &tight) == 0);
    const std::size_t all = free_descriptors();
    std::vector<Fd> taken;
    for (int i = 0; i < 4; ++i) taken.emplace_back(::dup(2));
    const std::size_t some = free_descriptors();
    while (taken.emplace_back(::dup(2))) {
    }
    const std::size_t none = free_descriptors();
    ::setrlimit(RLIMIT_NOFILE, &before);
    CHECK(all == 10);
    CHECK(some <= 6);
    CHECK(none == 0);
}
