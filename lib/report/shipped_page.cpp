#include "report/shipped_page.hpp"

#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "config/directory.hpp"

namespace pa::report {
namespace {

std::string source_of(std::string_view text) { return "sha256-" + base64_encode(sha256(text)); }

}  // namespace

Result<std::string> shipped_page(std::string_view folder) {
    auto share = config::share_directory();
    if (!share) return share.error();
    const std::string path = fmt::format("{}/{}/page", *share, folder);
    auto page = read_file(path + ".html");
    auto style = read_file(path + ".css");
    auto script = read_file(path + ".js");
    for (const auto* part : {&page, &style, &script})
        if (!*part) return Error{Errc::config, part->error().what};
    std::string text = replace_all(*page, "@STYLE_HASH@", source_of(*style));
    text = replace_all(text, "@SCRIPT_HASH@", source_of(*script));
    text = replace_all(text, "@STYLE@", *style);
    return replace_all(text, "@SCRIPT@", *script);
}

}  // namespace pa::report
