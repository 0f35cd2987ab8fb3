#include "sim/call_order.hpp"

#include <charconv>
#include <functional>
#include <map>

#include "base/text.hpp"

namespace pa::sim {

namespace {

using Refusal = std::optional<RestRefusal>;
using Reader = std::function<Refusal(CallOrder&, const std::string&)>;

Refusal refuse(int code, std::string message) { return RestRefusal{code, std::move(message)}; }

Reader url_into(std::string CallOrder::*field) {
    return [field](CallOrder& o, const std::string& v) -> Refusal {
        if (!is_web_url(v)) return refuse(21205, "Url is not a valid URL: " + v);
        o.*field = v;
        return {};
    };
}

Reader method_into(std::string CallOrder::*field) {
    return [field](CallOrder& o, const std::string& v) -> Refusal {
        if (v != "GET" && v != "POST") return refuse(21209, "Method must be GET or POST");
        o.*field = v;
        return {};
    };
}

Reader number_into(int CallOrder::*field, int low, int high) {
    return [=](CallOrder& o, const std::string& v) -> Refusal {
        const auto [end, bad] = std::from_chars(v.data(), v.data() + v.size(), o.*field);
        const bool good =
            bad == std::errc() && end == v.data() + v.size() && o.*field >= low && o.*field <= high;
        return good ? Refusal{} : refuse(21208, "out of range: " + v);
    };
}

Refusal read_event(CallOrder& o, const std::string& v) {
    static const std::set<std::string, std::less<>> known = {"initiated", "ringing", "answered",
                                                             "completed"};
    for (const auto event : split(v, ' ')) {
        if (known.count(event) == 0) return refuse(21626, "Invalid StatusCallbackEvent: " + v);
        o.status_events.emplace(event);
    }
    return {};
}

Refusal read_detection(CallOrder& o, const std::string& v) {
    if (v != "Enable" && v != "DetectMessageEnd")
        return refuse(21234, "Invalid MachineDetection: " + v);
    o.detect = true;
    o.detect_end = v == "DetectMessageEnd";
    return {};
}

Refusal read_digits(CallOrder& o, const std::string& v) {
    if (v.size() > 32 || v.find_first_not_of("0123456789ABCD#*wW") != std::string::npos)
        return refuse(21206, "Invalid SendDigits: " + v);
    o.detect = o.detect && v.empty();  // digits switch detection off
    return {};
}

Refusal read_twiml_field(CallOrder& o, const std::string& v) {
    if (v.size() > 4000) return refuse(32018, "Twiml is longer than 4000 characters");
    o.twiml = v;
    return {};
}

const std::map<std::string, Reader, std::less<>>& readers() {
    static const Reader ignored = [](CallOrder&, const std::string&) { return Refusal{}; };
    static const std::map<std::string, Reader, std::less<>> all = {
        {"To", ignored},
        {"From", ignored},
        {"Url", url_into(&CallOrder::url)},
        {"Method", method_into(&CallOrder::method)},
        {"FallbackUrl", url_into(&CallOrder::fallback_url)},
        {"FallbackMethod", method_into(&CallOrder::fallback_method)},
        {"Twiml", read_twiml_field},
        {"StatusCallback", url_into(&CallOrder::status_callback)},
        {"StatusCallbackMethod", method_into(&CallOrder::status_method)},
        {"StatusCallbackEvent", read_event},
        {"Timeout", number_into(&CallOrder::timeout_s, 1, 600)},
        {"TimeLimit", number_into(&CallOrder::time_limit_s, 1, 86'400)},
        {"SendDigits", read_digits},
        {"MachineDetection", read_detection},
        {"MachineDetectionTimeout", ignored},
        {"MachineDetectionSpeechThreshold", ignored},
        {"MachineDetectionSpeechEndThreshold", ignored},
        {"MachineDetectionSilenceTimeout", ignored},
        {"AsyncAmd",
         [](CallOrder& o, const std::string& v) { return o.async_amd = v == "true", Refusal{}; }},
        {"AsyncAmdStatusCallback", url_into(&CallOrder::amd_callback)},
        {"AsyncAmdStatusCallbackMethod", method_into(&CallOrder::amd_method)},
        {"CallReason", ignored},
    };
    return all;
}

}  // namespace

bool is_web_url(std::string_view text) {
    Url url;
    return Url::parse(text, url) && (url.scheme == "https" || url.scheme == "http");
}

std::optional<RestRefusal> read_order(const Form& form, CallOrder& order) {
    for (const auto& [name, value] : form) {
        if (name == "StatusCallbackEvent") order.status_events.clear();  // the default gives way
    }
    for (const auto& [name, value] : form) {
        const auto reader = readers().find(name);
        if (reader == readers().end()) return refuse(20001, "Unknown parameter: " + name);
        if (auto refusal = reader->second(order, value)) return refusal;
    }
    if (order.url.empty() && order.twiml.empty())
        return refuse(21205, "Url parameter is required.");
    if (!order.url.empty()) order.twiml.clear();  // ignored beside a URL (32019)
    return {};
}

}  // namespace pa::sim
