#include "config/sources.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <utility>

#include "base/file.hpp"
#include "base/text.hpp"
#include "config/directory.hpp"
#include "config/fields.hpp"
#include "config/front_matter.hpp"

namespace pa::config {
namespace {

using Level = std::map<std::string, Value, std::less<>>;

void wipe(char* text, std::size_t size) {
    volatile char* p = text;  // volatile: the compiler may not drop these writes
    for (std::size_t i = 0; i < size; ++i) p[i] = 0;
}

/// The variable's text. A secret is overwritten where it stands (ps and /proc show that memory) and
/// unset, so that no child inherits it.
std::string take_variable(const std::string& name, bool secret) {
    char* value = std::getenv(name.c_str());
    if (value == nullptr) return "";
    std::string text = value;
    if (secret) {
        wipe(value, text.size());
        ::unsetenv(name.c_str());
    }
    return text;
}

/// LANGUAGE is also gettext's list of locales ("ko_KR:ko"), set by many desktops; that one is not
/// ours.
bool is_gettext_language(std::string_view name, std::string_view value) {
    return name == "LANGUAGE" && value.find_first_of("_:.@") != std::string_view::npos;
}

void put(Level& level, std::string name, std::string text, std::string origin) {
    if (!text.empty())
        level.insert_or_assign(std::move(name), Value{std::move(text), std::move(origin), false});
}

/// PUBLIC_URL_REALTIME is the name that the Python skill gave to PUBLIC_URL.
void adopt_older_name(Level& level) {
    auto old = level.extract("PUBLIC_URL_REALTIME");
    if (old.empty() || level.count("PUBLIC_URL") != 0) return;
    old.key() = "PUBLIC_URL";
    level.insert(std::move(old));
}

Level from_overrides(const std::map<std::string, std::string>& overrides) {
    Level level;
    for (const auto& [name, text] : overrides) put(level, name, text, "the command line");
    return level;
}

Level from_environment() {
    Level level;
    for (const Field& field : fields()) {
        std::string name(field.name);
        std::string text = take_variable(name, field.secret);
        if (is_gettext_language(name, text)) continue;
        put(level, std::move(name), std::move(text), "the environment");
    }
    put(level, "PUBLIC_URL_REALTIME", take_variable("PUBLIC_URL_REALTIME", false),
        "the environment");
    return level;
}

void warn_if_shared(const std::string& path, std::vector<std::string>& warnings) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0 || (info.st_mode & 077) == 0) return;
    warnings.push_back(
        fmt::format("{} holds keys and others can get at it (mode {:04o}): chmod 600 {}", path,
                    info.st_mode & 07777, path));
}

std::string upper_case(std::string name) {
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return name;
}

/// How many letters differ, are missing, are too many or have changed places with their neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1), above = row, higher = row;
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        higher = std::exchange(above, std::exchange(row, higher));
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            row[j + 1] =
                std::min({row[j] + 1, above[j + 1] + 1, above[j] + (a[i] == b[j] ? 0 : 1)});
            if (i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j])
                row[j + 1] = std::min(row[j + 1], higher[j - 1] + 1);
        }
    }
    return row.back();
}

/// A .env may hold names that are not ours: only one that is nearly ours is told.
void warn_of_misspelt(const std::string& name, const std::string& path,
                      std::vector<std::string>& warnings) {
    if (find_field(name) != nullptr || name == "PUBLIC_URL_REALTIME") return;
    const std::string upper = upper_case(name);
    const Field* nearest = nullptr;
    std::size_t least = name.size() < 6 ? 2 : 3;  // letters that are too many
    for (const Field& field : fields())
        if (const std::size_t d = distance(upper, field.name); d < least) {
            least = d;
            nearest = &field;
        }
    if (nearest != nullptr)
        warnings.push_back(fmt::format("{}: {} is no setting and has no effect: is {} meant?", path,
                                       name, nearest->name));
}

Result<Level> from_env_file(const std::string& path, std::vector<std::string>& warnings) {
    Level level;
    if (!file_exists(path)) return level;
    auto text = read_file(path, 1U << 20U);
    if (!text) return text.error();
    warn_if_shared(path, warnings);
    std::vector<std::string> skipped;
    auto values = parse_env(*text, &skipped);
    wipe(text->data(), text->size());
    for (const auto& line : skipped) warnings.push_back(fmt::format("{}: {}", path, line));
    for (auto& [name, value] : values) {
        warn_of_misspelt(name, path, warnings);
        put(level, name, std::move(value), path);
    }
    return level;
}

}  // namespace

/// Syntax errors of the front matter are the business of whoever reads the persona as such.
Result<Level> read_persona_settings(const std::string& path, std::vector<std::string>& warnings) {
    Level level;
    auto text = read_file(path, 1U << 20U);
    if (!text) return text.error();
    for (auto& entry : parse_front_matter(*text).entries) {
        const std::string name = upper_case(entry.key);
        const Field* field = find_field(name);
        const std::string origin = fmt::format("{}:{}", path, entry.line);
        if (field != nullptr && field->secret)
            warnings.push_back(
                fmt::format("{}: {} is ignored here: a secret belongs in .env", origin, name));
        else if (field != nullptr || name == "PUBLIC_URL_REALTIME")
            put(level, std::move(name), std::move(entry.value), origin);
    }
    return level;
}

Result<Sources> Sources::open(const LoadOptions& options, const std::string& directory,
                              const std::string& env_file, std::vector<std::string>& warnings) {
    Sources out;
    out.levels_.push_back(from_overrides(options.overrides));
    out.levels_.push_back(from_environment());
    auto env = from_env_file(env_file, warnings);
    if (!env) return env.error();
    out.levels_.push_back(std::move(*env));
    auto path = find_persona_file(directory, options.persona);
    if (!path && !options.persona.empty()) return path.error();
    if (path) {
        auto persona = read_persona_settings(*path, warnings);
        if (!persona) return persona.error();
        auto place = options.persona.empty() ? out.levels_.end() : out.levels_.end() - 1;
        out.levels_.insert(place,
                           std::move(*persona));  // one that was chosen for this call beats .env
    }
    for (auto& level : out.levels_) adopt_older_name(level);
    for (std::size_t i = 0; i < 2; ++i)
        for (auto& [name, value] : out.levels_[i]) value.fixed = true;
    return out;
}

Sources::~Sources() {
    for (auto& level : levels_)
        for (auto& [name, value] : level)
            if (const Field* field = find_field(name); field != nullptr && field->secret)
                wipe(value.text.data(), value.text.size());
}

std::optional<Value> Sources::take(std::string_view name) {
    for (auto& level : levels_)
        if (auto found = level.find(name); found != level.end()) {
            Value value = std::move(found->second);
            level.erase(found);
            return value;
        }
    return std::nullopt;
}

}  // namespace pa::config
