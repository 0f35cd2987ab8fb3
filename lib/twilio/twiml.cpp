#include "twilio/twiml.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace pa::twilio {
namespace {

constexpr std::size_t parameter_limit = 500;  // https://www.twilio.com/docs/voice/twiml/stream
constexpr std::size_t say_limit = 4000;       // 13521 is reported from about 4096 on

std::string document(std::string_view verbs) {
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>{}</Response>\n",
                       verbs);
}

std::string say(std::string_view text, std::string_view language) {
    std::string tag = say_language(language);
    std::string attributes;
    // Twilio's own Korean voices are basic; this one is a neural one of Amazon's, named in Twilio's
    // SDK.
    if (tag == "ko-KR") attributes += " voice=\"Polly.Seoyeon-Neural\"";
    if (!tag.empty()) attributes += fmt::format(" language=\"{}\"", tag);
    return fmt::format("<Say{}>{}</Say>", attributes,
                       xml_escape(utf8_prefix(to_utf8(text), say_limit)));
}

struct Tag {
    std::string_view code, tag;
};
constexpr Tag tags[] = {
    {"ar", "arb"},   {"cs", "cs-CZ"}, {"da", "da-DK"}, {"de", "de-DE"}, {"en", "en-US"},
    {"es", "es-ES"}, {"fi", "fi-FI"}, {"fr", "fr-FR"}, {"hi", "hi-IN"}, {"id", "id-ID"},
    {"it", "it-IT"}, {"ja", "ja-JP"}, {"ko", "ko-KR"}, {"nb", "nb-NO"}, {"nl", "nl-NL"},
    {"no", "nb-NO"}, {"pl", "pl-PL"}, {"pt", "pt-BR"}, {"ru", "ru-RU"}, {"sv", "sv-SE"},
    {"th", "th-TH"}, {"tr", "tr-TR"}, {"vi", "vi-VN"}, {"zh", "zh-CN"},
};

}  // namespace

std::string xml_escape(std::string_view text) {
    std::string out;
    for (char c : to_utf8(text)) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\t': out += "&#9;"; break;
            case '\n': out += "&#10;"; break;
            case '\r': out += "&#13;"; break;
            default:
                if (static_cast<unsigned char>(c) >= ' ' && c != '\x7f') out += c;
        }
    }
    // The two code points that are valid UTF-8 and still no XML characters.
    return replace_all(replace_all(std::move(out), "\xEF\xBF\xBE", ""), "\xEF\xBF\xBF", "");
}

std::string say_language(std::string_view language) {
    std::string code = to_lower(language);
    for (const Tag& t : tags)
        if (t.code == code) return std::string(t.tag);
    if (code.size() < 5 || code[2] != '-') return {};
    for (char c : code)
        if (!is_ascii_alnum(c) && c != '-') return {};
    return std::string(language);
}

Result<std::string> connect_stream(const ConnectStream& d) {
    if (d.stream_url.find_first_of("?#") != std::string::npos)
        return Error{Errc::bug,
                     "stream url " + d.stream_url + ": Twilio drops a query, use a parameter"};
    std::string parameters;
    for (const auto& [name, value] : d.parameters) {
        if (name.size() + value.size() >= parameter_limit)
            return Error{Errc::bug,
                         "stream parameter " + name + ": name and value reach 500 bytes"};
        parameters += fmt::format("<Parameter name=\"{}\" value=\"{}\"/>", xml_escape(name),
                                  xml_escape(value));
    }
    std::string redirect;
    if (!d.redirect_url.empty())
        redirect =
            fmt::format("<Redirect method=\"POST\">{}</Redirect>", xml_escape(d.redirect_url));
    std::string first = d.first_say.empty() ? std::string() : say(d.first_say, d.language);
    return document(fmt::format("{}<Connect><Stream url=\"{}\">{}</Stream></Connect>{}", first,
                                xml_escape(d.stream_url), parameters, redirect));
}

std::string say_and_hang_up(std::string_view text, std::string_view language) {
    return document(say(text, language) + "<Hangup/>");
}

std::string hang_up() { return document("<Hangup/>"); }

std::string dial_number(const DialNumber& d) {
    return document(fmt::format(
        "<Dial callerId=\"{}\" timeout=\"{}\" timeLimit=\"{}\" action=\"{}\" method=\"POST\">"
        "<Number>{}</Number></Dial>",
        xml_escape(d.caller_id), d.ring_s, d.limit_s, xml_escape(d.action_url),
        xml_escape(d.number)));
}

std::string reject(std::string_view reason) {
    return document(fmt::format("<Reject reason=\"{}\"/>", reason == "busy" ? "busy" : "rejected"));
}

}  // namespace pa::twilio
