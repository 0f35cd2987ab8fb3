#include "bridge/routing.hpp"

#include <fmt/format.h>

#include "base/http_message.hpp"

namespace pa::bridge {

std::size_t worker_of(std::string_view call_sid, std::size_t workers) {
    if (workers < 2) return 0;
    // FNV-1a, 32 bits: a SID is random already; one that a test makes up need not be.
    std::uint32_t hash = 2166136261U;
    for (char c : call_sid) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    // The low bits see too little of what differs in the middle.
    return (hash ^ (hash >> 16U)) % workers;
}

std::string_view sid_in(std::string_view path) {
    for (std::string_view folder : {"/calls/", "/lines/"})
        if (path.starts_with(folder)) {
            path.remove_prefix(folder.size());
            return path.substr(0, path.find('/'));
        }
    return {};
}

std::string sid_of(const Question& q) {
    if (q.door == Question::Door::operators) return std::string(sid_in(q.path));
    return std::string(form_value(form_decode(q.body), "CallSid"));
}

bool for_the_newest(const Question& q) {
    return q.door == Question::Door::operators && q.path.starts_with("/dials");
}

Result<std::string> the_one(std::string_view name, const std::vector<Meant>& all) {
    const std::string* found = nullptr;
    std::size_t count = 0;
    for (const Meant& meant : all) {
        if (meant.exact) return meant.sids.front();
        count += meant.sids.size();
        if (!meant.sids.empty()) found = &meant.sids.front();
    }
    if (found == nullptr || name.empty())
        return Error{Errc::no, fmt::format("{}: no such call runs: see pa-bridge ctl list", name)};
    if (count > 1)
        return Error{Errc::no, fmt::format("{}: more than one call: name it by its SID", name)};
    return *found;
}

std::string joined(const std::vector<std::string>& arrays) {
    std::string out = "[";
    for (const std::string& array : arrays) {
        const std::string_view inside = std::string_view(array).substr(1, array.size() - 2);
        if (inside.empty()) continue;
        if (out.size() > 1) out += ',';
        out += inside;
    }
    return out += ']';
}

}  // namespace pa::bridge
