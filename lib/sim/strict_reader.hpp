// Reads a JSON object whose keys are all known: the first thing that is wrong is kept with its
// path.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "json/document.hpp"

namespace pa::sim {

/// Each getter leaves `out` as it is if the key is absent, and notes an error if its value is of
/// another type. `error` belongs to the caller and is shared by all readers of one file.
class StrictReader {
public:
    StrictReader(json::Value object, std::string path, std::string& error);
    /// Complains about keys that nobody asked for.
    ~StrictReader();
    StrictReader(const StrictReader&) = delete;
    StrictReader& operator=(const StrictReader&) = delete;

    void text(std::string_view key, std::string& out);  // null: ""
    void one_of(std::string_view key, std::string& out,
                std::initializer_list<std::string_view> known);
    void integer(std::string_view key, int& out, int least, int most);
    void number(std::string_view key, double& out, double least, double most);
    void boolean(std::string_view key, bool& out);
    void texts(std::string_view key, std::vector<std::string>& out);
    using Visit = std::function<void(json::Value, const std::string& path)>;
    void object(std::string_view key, const Visit& visit);
    void each(std::string_view key, const Visit& visit);  // elements of an array
    void each_member(
        std::string_view key,
        const std::function<void(std::string_view, json::Value, const std::string&)>& visit);
    /// The value as it is.
    [[nodiscard]] json::Value raw(std::string_view key);
    void fail(std::string_view key, std::string_view why);
    [[nodiscard]] std::string path_of(std::string_view key) const;

private:
    json::Value object_;
    std::string path_;
    std::string& error_;
    std::set<std::string, std::less<>> seen_;
};

}  // namespace pa::sim
