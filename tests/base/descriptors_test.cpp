#include "base/descriptors.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <string>
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

#ifdef __linux__
namespace {

/// How long the kernel's table of them is [proc(5), FDSize].
int table_size() {
    const std::string status = read_file("/proc/self/status").value_or("");
    const std::size_t at = status.find("FDSize:");
    return at == std::string::npos ? 0 : std::stoi(status.substr(at + 7));
}

}  // namespace

TEST_CASE("room for descriptors is there before they are, as far as they are allowed") {
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const int size = table_size();
    REQUIRE(size > 0);
    const std::size_t open = free_descriptors();
    rlimit most = before;
    most.rlim_cur = std::min(before.rlim_max, static_cast<rlim_t>(2 * size));
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &most) == 0);
    make_room_for_descriptors(100 * static_cast<std::size_t>(size));
    const int grown = table_size();
    ::setrlimit(RLIMIT_NOFILE, &before);
    CHECK(static_cast<rlim_t>(grown) >= most.rlim_cur);
    CHECK(grown <= std::max(2 * size, 256));
    CHECK(free_descriptors() == open);
}

TEST_CASE("the limit of descriptors is raised, never lowered") {
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    rlimit now = before;
    now.rlim_cur = std::min<rlim_t>(before.rlim_max, 200);
    ::setrlimit(RLIMIT_NOFILE, &now);
    raise_descriptor_limit(100);
    rlimit unchanged{};
    ::getrlimit(RLIMIT_NOFILE, &unchanged);
    raise_descriptor_limit(300);
    rlimit raised{};
    ::getrlimit(RLIMIT_NOFILE, &raised);
    ::setrlimit(RLIMIT_NOFILE, &before);
    CHECK(unchanged.rlim_cur == now.rlim_cur);
    CHECK(raised.rlim_cur == std::min<rlim_t>(before.rlim_max, 300));
}
#endif
