#include "carrier/previous.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "json/writer.hpp"

namespace pa::carrier {
namespace {

constexpr const char* schema = "phone-agent/webhook-previous/1";

Result<json::Document> read(const std::string& path) {
    if (!file_exists(path)) return json::Document::parse(R"({"numbers":{}})");
    auto text = read_file(path, 1U << 20U);
    if (!text) return text.error();
    auto document = json::Document::parse(*text);
    if (!document) return Error{Errc::io, fmt::format("{}: {}", path, document.error().what)};
    return document;
}

}  // namespace

Status Previous::replace(const std::string& sid, const Number* before,
                         const std::string& ours) const {
    auto document = read(path());
    if (!document) return document.error();
    json::Writer w;
    w.start().object().member("schema", schema).key("numbers").object();
    document->root()["numbers"].for_each_member([&](std::string_view name, json::Value entry) {
        if (name != sid) w.key(name).value(entry);
    });
    if (before != nullptr)
        w.key(sid).object().key("previous").raw(write_hooks(*before)).member("ours", ours).end();
    return write_file(path(), w.end().end().str() + "\n");
}

Status Previous::keep(const Number& now, const std::string& ours) const {
    if (Status made = make_directory(folder_); !made) return made;
    auto lock = FileLock::acquire(path() + ".lock");
    if (!lock) return lock.error();
    auto document = read(path());
    if (!document) return document.error();
    json::Value entry = document->root()["numbers"][now.sid];
    bool from_us = entry.exists() && now.voice_url == entry["ours"].text();
    Number before = from_us ? read_hooks(entry["previous"]) : now;
    return replace(now.sid, &before, ours);
}

Result<std::optional<Number>> Previous::find(const std::string& sid) const {
    auto document = read(path());
    if (!document) return document.error();
    json::Value entry = document->root()["numbers"][sid];
    if (!entry.exists()) return std::optional<Number>();
    return std::optional(read_hooks(entry["previous"]));
}

Status Previous::forget(const std::string& sid) const {
    auto lock = FileLock::acquire(path() + ".lock");
    if (!lock) return lock.error();
    return replace(sid, nullptr, {});
}

}  // namespace pa::carrier
