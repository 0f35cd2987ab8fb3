#include "sim/strict_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace pa::sim {

StrictReader::StrictReader(json::Value object, std::string path, std::string& error)
    : object_(object), path_(std::move(path)), error_(error) {
    if (!object_.is_object() && error_.empty())
        error_ = path_.empty() ? "expected an object" : path_ + ": expected an object";
}

StrictReader::~StrictReader() {
    object_.for_each_member([this](std::string_view name, json::Value) {
        if (!seen_.contains(name)) fail(name, "unknown key");
    });
}

std::string StrictReader::path_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

void StrictReader::fail(std::string_view key, std::string_view why) {
    if (error_.empty()) error_ = fmt::format("{}: {}", path_of(key), why);
}

json::Value StrictReader::raw(std::string_view key) {
    seen_.emplace(key);
    return object_[key];
}

void StrictReader::text(std::string_view key, std::string& out) {
    json::Value v = raw(key);
    if (!v) return;
    if (v.is_null())
        out.clear();
    else if (v.is_string())
        out = v.text();
    else
        fail(key, "expected a text");
}

void StrictReader::one_of(std::string_view key, std::string& out,
                          std::initializer_list<std::string_view> known) {
    text(key, out);
    if (!object_[key] || object_[key].is_null()) return;
    if (std::find(known.begin(), known.end(), out) != known.end()) return;
    fail(key, fmt::format("unknown \"{}\", expected one of {}", out, fmt::join(known, ", ")));
}

void StrictReader::number(std::string_view key, double& out, double least, double most) {
    json::Value v = raw(key);
    if (!v) return;
    if (!v.is_number() || v.number() < least || v.number() > most)
        fail(key, fmt::format("expected a number from {} to {}", least, most));
    else
        out = v.number();
}

void StrictReader::integer(std::string_view key, int& out, int least, int most) {
    double value = out;
    number(key, value, least, most);
    out = static_cast<int>(value);
}

void StrictReader::boolean(std::string_view key, bool& out) {
    json::Value v = raw(key);
    if (!v) return;
    if (!v.is_bool()) fail(key, "expected true or false");
    out = v.boolean(out);
}

void StrictReader::each(std::string_view key, const Visit& visit) {
    json::Value v = raw(key);
    if (!v) return;
    if (!v.is_array()) return fail(key, "expected an array");
    for (std::size_t i = 0; i < v.size(); ++i)
        visit(v.at(i), fmt::format("{}[{}]", path_of(key), i));
}

void StrictReader::texts(std::string_view key, std::vector<std::string>& out) {
    each(key, [&](json::Value v, const std::string&) {
        if (!v.is_string() || v.text().empty()) return fail(key, "expected texts");
        out.emplace_back(v.text());
    });
}

void StrictReader::object(std::string_view key, const Visit& visit) {
    json::Value v = raw(key);
    if (v) visit(v, path_of(key));
}

void StrictReader::each_member(
    std::string_view key,
    const std::function<void(std::string_view, json::Value, const std::string&)>& visit) {
    json::Value v = raw(key);
    if (!v) return;
    if (!v.is_object()) return fail(key, "expected an object");
    v.for_each_member([&](std::string_view name, json::Value member) {
        visit(name, member, path_of(key) + "." + std::string(name));
    });
}

}  // namespace pa::sim
