#include "trace/lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <concepts>

#include "trace/shapes.hpp"

namespace pa::trace {
namespace {

constexpr std::string_view schema = "phone-agent/trace/1";
constexpr std::string_view same_payload = "=";

// --- one value ---

void write(json::Writer& w, std::string_view v) { w.value(v); }
void write(json::Writer& w, const std::string& v) { w.value(v); }
void write(json::Writer& w, bool v) { w.value(v); }
void write(json::Writer& w, char v) { w.value(std::string_view(&v, 1)); }
void write(json::Writer& w, double v) { w.raw(fmt::format("{}", v)); }  // to the last bit
void write(json::Writer& w, call::milliseconds v) { w.value(v.count()); }
template <std::integral I>
void write(json::Writer& w, I v) {
    w.value(v);
}
template <class E>
requires std::is_enum_v<E>
void write(json::Writer& w, E v) {
    const auto i = static_cast<std::size_t>(v);
    w.value(i < names<E>.size() ? names<E>[i] : "?");
}
template <class T, std::size_t N>
void write(json::Writer& w, const std::array<T, N>& v) {
    w.array();
    for (const T& one : v) write(w, one);
    w.end();
}
template <class T>
requires std::is_aggregate_v<T>
void write(json::Writer& w, const T& v);
template <class T>
void write(json::Writer& w, const std::vector<T>& v) {
    w.array();
    for (const T& one : v) write(w, one);
    w.end();
}
template <class T>
void write(json::Writer& w, const std::optional<T>& v) {
    if (v)
        write(w, *v);
    else
        w.null();
}

void read(json::Value v, std::string_view& out) { out = v.text(out); }
void read(json::Value v, std::string& out) { out = v.text(out); }
void read(json::Value v, bool& out) { out = v.boolean(out); }
void read(json::Value v, char& out) {
    if (auto text = v.text(); text.size() == 1) out = text[0];
}
void read(json::Value v, double& out) { out = v.number(out); }
void read(json::Value v, call::milliseconds& out) {
    out = call::milliseconds(v.integer(out.count()));
}
template <std::integral I>
void read(json::Value v, I& out) {
    out = static_cast<I>(v.integer(static_cast<std::int64_t>(out)));
}
template <class E>
requires std::is_enum_v<E>
void read(json::Value v, E& out) {
    auto found = std::find(names<E>.begin(), names<E>.end(), v.text());
    if (found != names<E>.end()) out = static_cast<E>(found - names<E>.begin());
}
template <class T, std::size_t N>
void read(json::Value v, std::array<T, N>& out) {
    for (std::size_t i = 0; i < std::min(N, v.size()); ++i) read(v.at(i), out[i]);
}
template <class T>
requires std::is_aggregate_v<T>
void read(json::Value v, T& out);
template <class T>
void read(json::Value v, std::vector<T>& out) {
    out.resize(v.size());
    for (std::size_t i = 0; i < out.size(); ++i) read(v.at(i), out[i]);
}

template <class T>
void read(json::Value v, std::optional<T>& out) {
    out.reset();
    if (v && !v.is_null()) read(v, out.emplace());
}

// --- a described struct ---

template <class T>
void write_members(json::Writer& w, const T& object) {
    shape<T>.for_each(object, [&](std::string_view name, const auto& member) {
        w.key(name);
        write(w, member);
    });
}

template <class T>
void read_members(json::Value object, T& out) {
    shape<T>.for_each(out,
                      [&](std::string_view name, auto& member) { read(object[name], member); });
}

template <class T>
requires std::is_aggregate_v<T>
void write(json::Writer& w, const T& v) {
    w.object();
    write_members(w, v);
    w.end();
}

template <class T>
requires std::is_aggregate_v<T>
void read(json::Value v, T& out) { read_members(v, out); }

/// The alternative of that name, with its members.
template <class Variant, std::size_t I = 0>
std::optional<Variant> read_alternative(std::string_view name, json::Value object) {
    if constexpr (I < std::variant_size_v<Variant>) {
        using T = std::variant_alternative_t<I, Variant>;
        if (shape<T>.name != name) return read_alternative<Variant, I + 1>(name, object);
        T out{};
        read_members(object, out);
        return out;
    } else {
        return std::nullopt;
    }
}

template <class T>
concept HasPayload = requires(T t) {
    t.payload;
};

}  // namespace

std::string_view payload_of(const call::Event& event) {
    return std::visit(
        [](const auto& e) -> std::string_view {
            if constexpr (HasPayload<decltype(e)>)
                return e.payload;
            else
                return {};
        },
        event);
}

void write_event(json::Writer& w, const call::Event& event) {
    std::visit(
        [&]<class T>(const T& e) {
            w.member("event", shape<T>.name);
            write_members(w, e);
        },
        event);
}

std::optional<call::Event> read_event(json::Value object) {
    return read_alternative<call::Event>(object["event"].text(), object);
}

void write_actions(json::Writer& w, std::span<const call::Action> actions, std::string_view same) {
    w.array();
    for (const call::Action& action : actions) {
        std::visit(
            [&]<class T>(T a) {
                if constexpr (HasPayload<T>)
                    if (!same.empty() && a.payload == same) a.payload = same_payload;
                w.object().member("action", shape<T>.name);
                write_members(w, a);
                w.end();
            },
            action);
    }
    w.end();
}

std::optional<call::Action> read_action(json::Value object, std::string_view same) {
    auto action = read_alternative<call::Action>(object["action"].text(), object);
    if (action)
        std::visit(
            [&](auto& a) {
                if constexpr (HasPayload<decltype(a)>)
                    if (a.payload == same_payload) a.payload = same;
            },
            *action);
    return action;
}

void write_header(json::Writer& w, const Header& header) {
    w.start().object().member("schema", schema).member("call_sid", header.call_sid);
    w.member("started_at", header.started_at);
    w.member("clock_ns", std::chrono::nanoseconds(header.clock.time_since_epoch()).count());
    w.key("config");
    write(w, header.config);
    if (header.earlier) {
        w.member("elapsed_ms", header.earlier->elapsed.count()).key("earlier");
        write(w, header.earlier->record);
    }
    w.end();
}

void write_step(json::Writer& w, std::chrono::nanoseconds at, const call::Event* event,
                std::span<const call::Action> actions) {
    w.start().object().member("ns", at.count());
    if (event != nullptr)
        write_event(w, *event);
    else
        w.member("event", "start");
    w.key("actions");
    write_actions(w, actions, event == nullptr ? std::string_view() : payload_of(*event));
    w.end();
}

Result<Header> read_header(json::Value line) {
    if (line["schema"].text() != schema)
        return Error{Errc::data, fmt::format("no trace of a call: schema is not {}", schema)};
    Header header;
    read(line["call_sid"], header.call_sid);
    read(line["started_at"], header.started_at);
    header.clock = call::TimePoint(std::chrono::nanoseconds(line["clock_ns"].integer()));
    read(line["config"], header.config);
    if (json::Value earlier = line["earlier"]) {
        header.earlier = Header::Earlier{};
        read(line["elapsed_ms"], header.earlier->elapsed);
        read(earlier, header.earlier->record);
    }
    return header;
}

Result<Step> read_step(json::Value line, call::TimePoint clock) {
    Step step;
    step.at = clock + std::chrono::nanoseconds(line["ns"].integer());
    step.actions = line["actions"];
    std::string_view name = line["event"].text();
    if (name == "start") return step;
    step.event = read_event(line);
    if (!step.event) return Error{Errc::data, fmt::format("unknown event \"{}\"", name)};
    return step;
}

}  // namespace pa::trace
