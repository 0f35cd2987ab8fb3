#include "dial/matter.hpp"

#include <algorithm>

namespace pa::dial {
namespace {

void member_or_null(json::Writer& w, std::string_view name, const std::string& text) {
    w.key(name);
    text.empty() ? w.null() : w.value(text);
}

}  // namespace

void write_matter(json::Writer& w, const Matter& matter) {
    w.member("to", matter.to).member("about", matter.about);
    member_or_null(w, "persona", matter.persona);
    w.member("machine", matter.machine);
    member_or_null(w, "ack", matter.ack);
    w.member("ring_s", matter.ring.count());
}

Matter read_matter(json::Value object) {
    Matter m;
    m.to = object["to"].text();
    m.about = object["about"].text();
    m.persona = object["persona"].text();
    m.machine = object["machine"].text(m.machine);
    m.ack = object["ack"].text();
    m.ring = std::chrono::seconds(
        std::clamp<std::int64_t>(object["ring_s"].integer(m.ring.count()), 0, 600));
    return m;
}

}  // namespace pa::dial
