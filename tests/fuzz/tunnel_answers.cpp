// What ngrok, cloudflared and tailscale tell.
#include "base/http_message.hpp"
#include "base/text.hpp"
#include "fuzz.hpp"
#include "tunnel/cloudflared.hpp"
#include "tunnel/ngrok.hpp"
#include "tunnel/tailscale.hpp"

using namespace pa;

namespace {

void look(const Result<std::vector<tunnel::Offer>>& offers) {
    if (!offers) return;
    tunnel::Wanted wanted;
    const auto found = tunnel::choose(*offers, wanted);
    Url url;
    PA_HOLDS(found.url.empty() || Url::parse(found.url, url));
    PA_HOLDS(found.url.empty() || url.secure() || url.loopback());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    look(tunnel::read_ngrok_listing(text, "127.0.0.1:4040"));
    look(tunnel::read_serve_status(text));
    (void)tunnel::read_ngrok_line(text);
    (void)tunnel::explain_ngrok(tunnel::ngrok_error_code(text));
    (void)tunnel::explain_tailscale(text);
    (void)tunnel::read_cloudflared_line(text);
    const std::string quick = tunnel::read_quicktunnel(text);
    Url url;
    PA_HOLDS(quick.empty() || (Url::parse(quick, url) && url.secure()));
    return 0;
}
