// Text of callers and models where it goes: TwiML, JSON, terminals.
#include "base/text.hpp"
#include "fuzz.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"
#include "twilio/twiml.hpp"

using namespace pa;

namespace {

// Neither U+007F nor one of U+0080 to U+009F.
bool no_late_controls(std::string_view json) {
    for (std::size_t i = 0; i < json.size(); ++i) {
        if (json[i] == '\x7f') return false;
        if (json[i] == '\xC2' && i + 1 < json.size() &&
            static_cast<unsigned char>(json[i + 1]) < 0xA0)
            return false;
    }
    return true;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const std::string xml = twilio::xml_escape(text);
    PA_HOLDS(is_utf8(xml) && xml.find_first_of("<>\"") == std::string::npos);
    json::Writer w;
    const std::string written = w.start().object().member("text", text).end().str();
    auto read = json::Document::parse(written);
    PA_HOLDS(read);
    if (is_utf8(text)) PA_HOLDS(read->root()["text"].text() == text);
    PA_HOLDS(written.find('\n') == std::string::npos);
    PA_HOLDS(no_late_controls(written));
    static const json::Template same(R"({"text":"?"})");
    PA_HOLDS(w.fill(same, {text}).view() == written);
    PA_HOLDS(no_late_controls(w.start().object().member(text, 1).end().view()));
    const std::string shown = printable(text);
    for (char c : shown) PA_HOLDS(static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n');
    PA_HOLDS(shown.find('\x7f') == std::string::npos);
    if (auto document = json::Document::parse(text)) {
        const std::string dumped = document->root().dump();
        auto again = json::Document::parse(dumped);
        PA_HOLDS(again && again->root().dump() == dumped);
        PA_HOLDS(no_late_controls(dumped));
    }
    return 0;
}
