// Bodies of webhooks, and what proves that they come from the carrier.
#include "base/http_message.hpp"
#include "fuzz.hpp"
#include "twilio/signature.hpp"

using namespace pa;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Secret token("0123456789abcdef0123456789abcdef");
    static const std::string url = "https://agent.example.com/incoming";
    const std::string_view text = fuzz::text_of(data, size);
    const Form form = form_decode(text);
    PA_HOLDS(form_decode(form_encode(form)) == form);
    PA_HOLDS(!twilio::valid_form_signature(token, url, form, text));
    PA_HOLDS(twilio::valid_form_signature(token, url, form, twilio::sign_form(token, url, form)));
    (void)twilio::valid_json_signature(token, text, text, text);
    PA_HOLDS(!twilio::valid_socket_signature(token, "wss://agent.example.com/media-stream", text));
    Url parsed;
    if (Url::parse(text, parsed)) {
        Url again;
        PA_HOLDS(Url::parse(parsed.origin() + "/", again) && again.host == parsed.host);
    }
    return 0;
}
