// A plain struct described once, member by member: from that it is written, read, and checked at
// compile time that no member was forgotten.
#pragma once

#include <cstddef>
#include <string_view>
#include <tuple>
#include <utility>

namespace pa::trace {

namespace detail {

/// Converts to whatever a member of T may be, never to T itself.
template <class T>
struct AnyMember {
    template <class M>
    requires(!std::is_same_v<M, T>) operator M() const;
};

/// How many members the aggregate T has.
template <class T, class... Members>
consteval std::size_t count_members() {
    if constexpr (requires { T{std::declval<Members>()..., std::declval<AnyMember<T>>()}; })
        return count_members<T, Members..., AnyMember<T>>();
    else
        return sizeof...(Members);
}

}  // namespace detail

template <class T, class M>
struct Field {
    std::string_view name;
    M T::*member;
};

template <class T, class... M>
struct Shape {
    std::string_view name;
    std::tuple<Field<T, M>...> fields;

    /// Calls visit(name, member) for each.
    template <class O, class F>
    constexpr void for_each(O& object, F&& visit) const {
        std::apply([&](const auto&... f) { (visit(f.name, object.*f.member), ...); }, fields);
    }
};

template <class T, class M>
constexpr Field<T, M> field(std::string_view name, M T::*member) {
    return {name, member};
}

template <class T, class... M>
constexpr Shape<T, M...> describe(std::string_view name, Field<T, M>... fields) {
    static_assert(detail::count_members<T>() == sizeof...(M),
                  "this type has members that trace/shapes.hpp does not describe");
    return {name, {fields...}};
}

/// The description of T; shapes.hpp has one for each type of a trace.
template <class T>
inline constexpr auto shape = nullptr;

}  // namespace pa::trace
