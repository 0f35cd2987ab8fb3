#include "config/settings.hpp"

#include <fmt/format.h>
#include <sys/un.h>
#ifdef __linux__
#include <sys/prctl.h>
#else
#include <sys/resource.h>
#endif

#include <algorithm>

#include "base/file.hpp"
#include "base/http_message.hpp"
#include "base/text.hpp"
#include "base/wall_time.hpp"
#include "config/directory.hpp"
#include "config/fields.hpp"
#include "config/models.hpp"
#include "config/sources.hpp"

namespace pa::config {
namespace {

/// Keys live in our memory from here on: none of it may reach a core dump, piped ones included.
void refuse_core_dumps() {
#ifdef __SANITIZE_ADDRESS__  // the leak checker attaches to the process, which this would forbid
#elif defined(__linux__)
    ::prctl(PR_SET_DUMPABLE, 0);
#else
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
#endif
}

/// Reads one value into its field; a complaint becomes a problem.
void read_field(const Field& field, Value value, Settings& s) {
    Complaint wrong;
    if (!is_utf8(value.text)) wrong = "not UTF-8";
    if (!wrong) wrong = field.read(s, value.text);
    if (wrong)
        s.problems[std::string(field.name)] =
            fmt::format("{} in {}: {}", field.name, value.origin, *wrong);
}

void read_all(Sources& sources, Settings& s) {
    for (const Field& field : fields()) {
        auto value = sources.take(field.name);
        if (!value) continue;
        if (value->fixed) s.fixed.emplace(field.name);
        read_field(field, std::move(*value), s);
    }
}

void settle_paths(Settings& s) {
    auto settle = [&](std::string& path, const char* otherwise) {
        path = absolute_path(resolve_path(s.directory, path.empty() ? otherwise : path));
    };
    settle(s.workspace_dir, ".");
    settle(s.call_log_dir, "call_logs");
    settle(s.operator_socket, "run/bridge.sock");
    constexpr std::size_t limit = sizeof(sockaddr_un::sun_path) - 1;
    if (s.operator_socket.size() > limit)
        s.problems.emplace(
            "OPERATOR_SOCKET",
            fmt::format("OPERATOR_SOCKET: {} is longer than the {} bytes a socket's path "
                        "may have: set it to a shorter one in {}",
                        s.operator_socket, limit, s.env_file));
}

void settle_owners(Settings& s) {
    if (s.my_phone) s.owners.insert(s.owners.begin(), *s.my_phone);
    std::vector<PhoneNumber> once;
    for (const auto& number : s.owners)
        if (std::find(once.begin(), once.end(), number) == once.end()) once.push_back(number);
    s.owners = std::move(once);
    if (s.allowed_callers.empty() && s.problems.count("ALLOWED_CALLERS") == 0)
        s.allowed_callers = s.owners;  // a list that cannot be read admits nobody
}

/// https://host/v1 -> wss://host/v1/realtime, http -> ws.
void settle_realtime_url(Settings& s) {
    if (s.openai_realtime_url.empty())
        s.openai_realtime_url = "ws" + s.openai_base_url.substr(4) + "/realtime";
}

void check_pairs(Settings& s) {
    auto both = [&](std::string_view here, bool has, std::string_view there, bool has_other) {
        if (has && !has_other && s.problems.count(there) == 0)
            s.problems[std::string(there)] =
                fmt::format("{} is not set although {} is: put it in {} or take {} out", there,
                            here, s.env_file, here);
    };
    const bool sid = !s.twilio_api_key_sid.empty(), secret = !s.twilio_api_key_secret.empty();
    both("TWILIO_API_KEY_SID", sid, "TWILIO_API_KEY_SECRET", secret);
    both("TWILIO_API_KEY_SECRET", secret, "TWILIO_API_KEY_SID", sid);
}

void warn_of_ends(Settings& s) {
    const std::string today = to_iso(wall_now()).substr(0, 10);
    auto look = [&](const char* key, const std::string& model) {
        if (auto notice = ending_model(model, today))
            s.warnings.push_back(fmt::format("{}: {}", key, *notice));
    };
    look("REALTIME_MODEL", s.realtime_model);
    look("TRANSCRIBE_MODEL", s.transcribe_model);
    look("EXTRACT_MODEL", s.extract_model);
    Url url;
    const bool openai = Url::parse(s.openai_base_url, url) && url.host == "api.openai.com";
    if (openai && !known_voice(s.voice))
        s.warnings.push_back(fmt::format("VOICE: {} is not among the voices known here ({})",
                                         s.voice, voice_list()));
}

}  // namespace

Result<Settings> load(const LoadOptions& options) {
    auto directory = find_agent_directory(options.directory);
    if (!directory) return directory.error();
    Settings s;
    s.directory = std::move(*directory);
    s.env_file = s.directory + "/.env";
    refuse_core_dumps();
    auto sources = Sources::open(options, s.directory, s.env_file, s.warnings);
    if (!sources) return sources.error();
    read_all(*sources, s);
    set_process_timezone(s.timezone);
    settle_paths(s);
    settle_owners(s);
    settle_realtime_url(s);
    check_pairs(s);
    warn_of_ends(s);
    return s;
}

Result<Settings> with_persona(Settings settings, std::string_view name_or_file) {
    if (name_or_file.empty()) return settings;  // the agent's own was read by load()
    auto path = find_persona_file(settings.directory, name_or_file);
    if (!path) return path.error();
    auto values = read_persona_settings(*path, settings.warnings);
    if (!values) return values.error();
    for (std::string_view name : {"REALTIME_MODEL", "VOICE", "TRANSCRIBE_MODEL", "LANGUAGE",
                                  "PREWARM", "MAX_CALL_MINUTES", "BUDGET_CALL_USD", "RECORD"}) {
        auto value = values->find(name);
        if (value == values->end() || settings.fixed.count(name) != 0) continue;
        settings.problems.erase(std::string(name));
        read_field(*find_field(name), std::move(value->second), settings);
        if (Status read = settings.require({name}); !read) return read.error();
    }
    return settings;
}

bool QuietHours::contains(int minute_of_day) const {
    if (from <= to) return minute_of_day >= from && minute_of_day < to;
    return minute_of_day >= from || minute_of_day < to;
}

Status Settings::well_formed(std::initializer_list<std::string_view> keys) const {
    for (std::string_view key : keys)
        if (auto problem = problems.find(key); problem != problems.end())
            return Error{Errc::config, problem->second};
    return Done{};
}

Status Settings::require(std::initializer_list<std::string_view> keys) const {
    if (Status ok = well_formed(keys); !ok) return ok;
    for (std::string_view key : keys) {
        const Field* field = find_field(key);
        if (field == nullptr) return Error{Errc::bug, fmt::format("{} is no setting", key)};
        if (field->is_set != nullptr && !field->is_set(*this))
            return Error{
                Errc::config,
                fmt::format("{} is not set: {}put it in {} ({})", key,
                            file_exists(directory) ? "" : "`pa-doctor --init` makes an agent; ",
                            env_file, field->remedy)};
    }
    return Done{};
}

bool Settings::is_owner(const PhoneNumber& number) const {
    return std::find(owners.begin(), owners.end(), number) != owners.end();
}

bool Settings::may_call_in(const PhoneNumber& number) const {
    return allow_all_callers || std::find(allowed_callers.begin(), allowed_callers.end(), number) !=
                                    allowed_callers.end();
}

const std::vector<std::string_view>& setting_names() {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> all;
        for (const Field& field : fields()) all.push_back(field.name);
        return all;
    }();
    return names;
}

}  // namespace pa::config
