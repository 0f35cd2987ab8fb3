#include "dial/watch.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "base/text.hpp"

namespace pa::dial {

std::string show_line(json::Value line, std::string_view agent) {
    std::int64_t second = line["start_ms"].integer() / 1000;
    bool caller = line["role"].text() == "user";
    bool cut = line["interrupted"].boolean();
    std::string text(cut ? line["heard"].text() : line["text"].text());
    if (cut) text += text.empty() ? "—" : " —";
    return fmt::format("  {:2}:{:02}  {}  {}", second / 60, second % 60, caller ? "☎" : agent,
                       printable(text));
}

void Watch::look(const std::string& call_sid) {
    HttpRequest request;
    request.url = "http://bridge/lines/" + call_sid;
    request.unix_socket = socket_;
    request.timeout = std::chrono::seconds(2);
    auto answer = http_.send(request);
    if (!answer || answer->status != 200) return;
    auto document = json::Document::parse(answer->body);
    if (document) show_new(document->root()["lines"], document->root()["agent"].text());
}

void Watch::finish(const std::string& log_path) {
    auto text = read_file(log_path);
    if (!text) return;
    auto document = json::Document::parse(*text);
    if (document) show_new(document->root()["transcript"], document->root()["agent"].text());
}

void Watch::show_new(json::Value lines, std::string_view agent) {
    for (; shown_ < lines.size(); ++shown_)
        show_(show_line(lines.at(shown_), agent.empty() ? "agent" : agent));
}

}  // namespace pa::dial
