// Constant values of which many are equal.
#pragma once

#include <concepts>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace pa {

template <class T>
using Shared = std::shared_ptr<const T>;

/// Equal values are in memory once, for as long as somebody has one. From any thread. All that are
/// in use are looked at: for types of which there are a few different ones, so nothing that differs
/// from call to call may become a part of them. (Nobody owns such a value alone: the one place,
/// with SharedText, where pointers are counted.)
template <std::equality_comparable T>
[[nodiscard]] Shared<T> shared(T value) {
    static std::mutex mutex;
    static std::vector<std::weak_ptr<const T>> known;
    std::lock_guard lock(mutex);
    std::erase_if(known, [](const auto& one) { return one.expired(); });
    for (const auto& one : known)
        if (auto there = one.lock(); there != nullptr && *there == value) return there;
    auto made = std::make_shared<const T>(std::move(value));
    known.push_back(made);
    return made;
}

}  // namespace pa
