#include "config/settings.hpp"

#include "base/wall_time.hpp"
#include "support/catch.hpp"
#include "support/scratch.hpp"

using namespace pa::config;
using pa::Errc;
using pa::PhoneNumber;

namespace {

/// An agent directory, and an environment that holds none of our settings.
struct Agent {
    Agent() {
        for (std::string_view name : setting_names())
            environment.set(std::string(name), std::nullopt);
        environment.set("PUBLIC_URL_REALTIME", std::nullopt);
        environment.set("PA_AGENT_DIR", std::nullopt);
        std::filesystem::create_directories(folder / "share/personas");
        environment.set("PA_SHARE_DIR", folder / "share");
    }
    ~Agent() { pa::set_process_timezone("UTC"); }

    Settings load(std::map<std::string, std::string> overrides = {},
                  const std::string& persona = "") {
        auto settings = pa::config::load({folder.path(), std::move(overrides), persona});
        REQUIRE(settings);
        return *settings;
    }
    /// The sentence about the one setting that is wrong in this .env.
    std::string problem(const std::string& env_text) {
        folder.put(".env", env_text);
        Settings s = load();
        REQUIRE(s.problems.size() == 1);
        const auto& [key, sentence] = *s.problems.begin();
        auto status = s.require({key});
        REQUIRE_FALSE(status);
        CHECK(status.error().code == Errc::config);
        CHECK(status.error().what == sentence);
        CHECK_THAT(sentence, contains(key));
        return sentence;
    }

    pa::test::Scratch folder;
    pa::test::Environment environment;
};

const std::string sid_digits = "0123456789abcdef0123456789abcdef";

}  // namespace

TEST_CASE("without any source the defaults of the documentation hold") {
    Agent agent;
    Settings s = agent.load();
    CHECK(s.problems.empty());
    CHECK(s.warnings.empty());
    CHECK(s.directory == agent.folder.path());
    CHECK(s.env_file == agent.folder / ".env");
    CHECK(s.port == 8082);
    CHECK(s.realtime_model == "gpt-realtime-2.1-mini");
    CHECK(s.voice == "shimmer");
    CHECK(s.language == "ko");
    CHECK(s.timezone == "Asia/Seoul");
    CHECK(s.workspace_dir == agent.folder.path());
    CHECK(s.call_log_dir == agent.folder / "call_logs");
    CHECK(s.operator_socket == agent.folder / "run/bridge.sock");
    CHECK(s.openai_realtime_url == "wss://api.openai.com/v1/realtime");
    CHECK(s.allowed_countries == std::vector<std::string>{"82"});
    CHECK_FALSE(s.may_call_in(*PhoneNumber::parse("+821000001234")));
}

TEST_CASE("flags beat the environment, that .env, that the front matter, that the default") {
    Agent agent;
    agent.folder.put("persona.md", "---\nvoice: sage\n---\nBody");
    CHECK(agent.load().voice == "sage");
    agent.folder.put(".env", "VOICE=ash");
    CHECK(agent.load().voice == "ash");
    agent.environment.set("VOICE", "coral");
    CHECK(agent.load().voice == "coral");
    CHECK(agent.load({{"VOICE", "echo"}}).voice == "echo");
    CHECK(agent.load({{"VOICE", ""}}).voice == "coral");  // empty is not set
}

TEST_CASE("the front matter of a persona chosen for a call beats .env, not the environment") {
    Agent agent;
    agent.folder.put("persona.md", "---\nvoice: sage\nlanguage: en\n---\nBody");
    agent.folder.put("personas/loud.md", "---\nVOICE: echo\n---\nBody");
    agent.folder.put(".env", "VOICE=ash");
    Settings s = agent.load({}, "loud");
    CHECK(s.voice == "echo");
    CHECK(s.language == "ko");  // persona.md plays no part
    agent.environment.set("VOICE", "coral");
    CHECK(agent.load({}, "loud").voice == "coral");
    auto none = load({agent.folder.path(), {}, "nobody"});
    REQUIRE_FALSE(none);
    CHECK(none.error().code == Errc::config);
}

TEST_CASE("secrets leave the environment, also where a flag or nobody asks for them") {
    Agent agent;
    for (const char* name :
         {"OPENAI_API_KEY", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY_SECRET", "NGROK_AUTHTOKEN"})
        agent.environment.set(name, "key-of-the-environment");
    agent.environment.set("CALLER_PIN", "4711");
    agent.environment.set("TWILIO_API_KEY_SID", "SK" + sid_digits);
    const char* place = std::getenv("OPENAI_API_KEY");
    Settings s = agent.load({{"OPENAI_API_KEY", "key-of-the-flag"}});
    CHECK(s.openai_api_key.reveal() == "key-of-the-flag");
    CHECK(s.twilio_auth_token.reveal() == "key-of-the-environment");
    CHECK(s.caller_pin.reveal() == "4711");
    CHECK(std::string(place).empty());  // the memory that ps shows was overwritten
    for (const char* name : {"OPENAI_API_KEY", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY_SECRET",
                             "NGROK_AUTHTOKEN", "CALLER_PIN"})
        CHECK(std::getenv(name) == nullptr);
    CHECK(std::getenv("TWILIO_API_KEY_SID") != nullptr);
}

TEST_CASE("a secret in a persona is ignored with a warning") {
    Agent agent;
    agent.folder.put("persona.md", "---\nopenai_api_key: sk-abc\n---\nBody");
    Settings s = agent.load();
    CHECK(s.openai_api_key.empty());
    REQUIRE(s.warnings.size() == 1);
    CHECK_THAT(s.warnings[0], contains("persona.md:2") && contains("belongs in .env"));
    CHECK(s.warnings[0].find("sk-abc") == std::string::npos);
}

TEST_CASE("a .env that others can read, and lines in it that are none, are warned of") {
    Agent agent;
    agent.folder.put(".env", "PORT=9000\nnonsense\n", 0644);
    Settings s = agent.load();
    CHECK(s.port == 9000);
    REQUIRE(s.warnings.size() == 2);
    CHECK_THAT(s.warnings[0], contains("chmod 600 " + s.env_file));
    CHECK_THAT(s.warnings[1], contains(s.env_file + ": line 2"));
}

TEST_CASE(
    "a misspelt name in .env is told with the one that is meant, and names of others are not") {
    Agent agent;
    agent.folder.put(".env", "TWILIO_AUTH_TOKN=x\nVOICES=ash\nPORTT=9000\n");
    Settings settings = agent.load();
    REQUIRE(settings.warnings.size() == 3);
    CHECK_THAT(settings.warnings[0],
               contains("PORTT is no setting and has no effect: is PORT meant?"));
    CHECK_THAT(settings.warnings[1], contains("is TWILIO_AUTH_TOKEN meant?"));
    CHECK_THAT(settings.warnings[2], contains("is VOICE meant?"));
    agent.folder.put(".env", "VOCIE=ash\n");  // two letters that have changed places
    REQUIRE(agent.load().warnings.size() == 1);
    CHECK_THAT(agent.load().warnings[0], contains("is VOICE meant?"));
    agent.folder.put(".env", "openai_api_key=x\n");
    REQUIRE(agent.load().warnings.size() == 1);
    CHECK_THAT(agent.load().warnings[0], contains("is OPENAI_API_KEY meant?"));
    agent.folder.put(".env", "WIFE=+821000005678\nHOST=here\nPA_FAULT=\nPUBLIC_URL_REALTIME=\n");
    CHECK(agent.load().warnings.empty());
}

TEST_CASE("a .env that cannot be read is an error of the file system") {
    Agent agent;
    std::filesystem::create_directory(agent.folder / ".env");
    auto settings = load({agent.folder.path(), {}, ""});
    REQUIRE_FALSE(settings);
    CHECK(settings.error().code == Errc::io);
    CHECK_THAT(settings.error().what, contains(".env"));
}

TEST_CASE("a missing setting is told with the file and where to get it") {
    Agent agent;
    agent.folder.put(".env", "TWILIO_AUTH_TOKEN=\"\"\n");
    Settings s = agent.load();
    auto status = s.require({"PORT", "TWILIO_AUTH_TOKEN", "OPENAI_API_KEY"});
    REQUIRE_FALSE(status);
    CHECK(status.error().what == "TWILIO_AUTH_TOKEN is not set: put it in " + s.env_file +
                                     " (Twilio Console, Account, API keys & tokens)");
    CHECK(s.require({"PORT", "VOICE", "TIMEZONE"}));
    CHECK(s.require({"NO_SETTING"}).error().code == Errc::bug);
}

TEST_CASE("every setting can be required, and is either set, has a default, or has a remedy") {
    Agent agent;
    Settings s = agent.load();
    for (std::string_view name : setting_names()) {
        auto status = s.require({name});
        if (!status)
            CHECK_THAT(status.error().what, contains("is not set: put it in") && !contains("()"));
    }
}

TEST_CASE("a malformed setting is told with its source, and the default stays") {
    Agent agent;
    CHECK_THAT(agent.problem("PORT=80820"), contains("PORT in ") &&
                                                contains("/.env: \"80820\" is no whole") &&
                                                contains("from 1 to 65535"));
    CHECK(agent.load().port == 8082);
    agent.folder.put(".env", "");
    CHECK_THAT(agent.load({{"PORT", "0"}}).problems.at("PORT"),
               contains("PORT in the command line"));
    agent.environment.set("PORT", "80a");
    CHECK_THAT(agent.load().problems.at("PORT"), contains("PORT in the environment"));
    agent.environment.set("PORT", std::nullopt);
    agent.folder.put("persona.md", "---\nport: x\n---\n");
    CHECK_THAT(agent.load().problems.at("PORT"), contains("persona.md:2"));
}

TEST_CASE("each kind of value has its own complaint") {
    Agent agent;
    CHECK_THAT(agent.problem("TWILIO_ACCOUNT_SID=ACxxxxxxxx"),
               contains("AC and 32 hexadecimal digits"));
    CHECK_THAT(agent.problem("TWILIO_ACCOUNT_SID=PN" + sid_digits), contains("AC and 32"));
    CHECK_THAT(agent.problem("TWILIO_PHONE_NUMBER_SID=PN" + sid_digits + "0"),
               contains("PN and 32"));
    CHECK_THAT(agent.problem("OPENAI_API_KEY=sk-..."), contains("placeholder"));
    CHECK_THAT(agent.problem("NGROK_AUTHTOKEN=2xxx"), contains("placeholder"));
    CHECK_THAT(agent.problem("OPENAI_API_KEY=\"sk a\""), contains("blank"));
    CHECK_THAT(agent.problem("OPENAI_API_KEY=sk-\xE2\x80\xA6"), contains("no key has"));
    CHECK_THAT(agent.problem("MY_PHONE=abc"), contains("MY_PHONE in"));
    CHECK_THAT(agent.problem("OWNER_PHONES=+821000001234,abc"), contains("OWNER_PHONES in"));
    CHECK_THAT(agent.problem("CALLER_PIN=12"), contains("4 to 12 digits"));
    CHECK_THAT(agent.problem("TIMEZONE=Asia/Soul"),
               contains("Asia/Soul") && contains("Asia/Seoul"));
    CHECK_THAT(agent.problem("LANGUAGE=korean"), contains("such as ko"));
    CHECK_THAT(agent.problem("ALLOWED_COUNTRIES=korea"), contains("such as 82"));
    CHECK_THAT(agent.problem("ALLOWED_COUNTRIES=,"), contains("such as 82"));
    CHECK_THAT(agent.problem("LISTEN_ADDRESS=localhost"), contains("no numeric address"));
    CHECK_THAT(agent.problem("PREWARM=always"), contains("greeting, session or off"));
    CHECK_THAT(agent.problem("MAX_CALLS=-1"), contains("from 0"));
    CHECK_THAT(agent.problem("MAX_CALL_MINUTES=0"), contains("from 1 to 1440"));
    CHECK_THAT(agent.problem("BUDGET_DAY_USD=1,5"), contains("such as 1.50"));
    CHECK_THAT(agent.problem("BUDGET_CALL_USD=-1"), contains("such as 1.50"));
    for (const char* span :
         {"22:30", "22:30-25:00", "22:30-22:30", "22.30-07:00", "a-b", "22:60-07:00"})
        CHECK_THAT(agent.problem(std::string("QUIET_HOURS=") + span),
                   contains("such as 22:30-07:00"));
    CHECK_THAT(agent.problem("OPERATOR_SOCKET=" + std::string(120, 's')),
               contains("longer than the"));
}

TEST_CASE("a malformed secret is never repeated") {
    Agent agent;
    CHECK(agent.problem("OPENAI_API_KEY=\"sk secret\"").find("secret") == std::string::npos);
    CHECK(agent.problem("CALLER_PIN=47").find("47 ") == std::string::npos);
}

TEST_CASE("plain http and ws are for loopback only") {
    Agent agent;
    CHECK_THAT(agent.problem("OPENAI_BASE_URL=http://api.example.com/v1"),
               contains("use https://"));
    CHECK_THAT(agent.problem("OPENAI_REALTIME_URL=ws://example.com/v1"), contains("use wss://"));
    CHECK_THAT(agent.problem("OPENAI_REALTIME_URL=https://example.com/v1"), contains("wss://host"));
    CHECK_THAT(agent.problem("PUBLIC_URL=http://example.com"), contains("use https://"));
    CHECK_THAT(agent.problem("PUBLIC_URL=example.com"), contains("not an address"));
    CHECK_THAT(agent.problem("TWILIO_BASE_URL=https://user:pw@example.com"),
               contains("not an address"));
    CHECK_THAT(agent.problem("PUBLIC_URL=https://example.com/?a=b"), contains("not an address"));
    agent.folder.put(
        ".env", "OPENAI_BASE_URL=http://127.0.0.1:9/v1/\nTWILIO_BASE_URL=http://localhost:9\n");
    Settings s = agent.load();
    CHECK(s.problems.empty());
    CHECK(s.openai_base_url == "http://127.0.0.1:9/v1");
    CHECK(s.openai_realtime_url == "ws://127.0.0.1:9/v1/realtime");
    agent.folder.put(".env", "OPENAI_BASE_URL=https://x.example/openai/v1\n");
    CHECK(agent.load().openai_realtime_url == "wss://x.example/openai/v1/realtime");
    agent.folder.put(".env", "OPENAI_REALTIME_URL=wss://y.example/rt\n");
    CHECK(agent.load().openai_realtime_url == "wss://y.example/rt");
}

TEST_CASE("a retired model or voice is refused with its successor, an ending one is warned of") {
    Agent agent;
    CHECK_THAT(agent.problem("REALTIME_MODEL=gpt-4o-mini-realtime-preview"),
               contains("use gpt-realtime-2.1-mini"));
    CHECK_THAT(agent.problem("VOICE=Nova"), contains("use marin"));
    agent.folder.put(".env", "VOICE=shimer");
    Settings s = agent.load();
    CHECK(s.problems.empty());
    REQUIRE(s.warnings.size() == 1);
    CHECK_THAT(s.warnings[0], contains("shimer") && contains("shimmer"));
}

TEST_CASE("PUBLIC_URL_REALTIME is read as an older name, and the new name wins beside it") {
    Agent agent;
    agent.folder.put(".env", "PUBLIC_URL_REALTIME=https://old.example/\n");
    CHECK(agent.load().public_url == "https://old.example");
    agent.folder.put(".env",
                     "PUBLIC_URL_REALTIME=https://old.example/\nPUBLIC_URL=https://new.example\n");
    CHECK(agent.load().public_url == "https://new.example");
    agent.environment.set("PUBLIC_URL_REALTIME", "https://env.example");
    CHECK(agent.load().public_url == "https://env.example");
}

TEST_CASE("the desktop's own LANGUAGE is not taken for ours") {
    Agent agent;
    agent.environment.set("LANGUAGE", "en_US:en");
    CHECK(agent.load().language == "ko");
    agent.environment.set("LANGUAGE", "en");
    CHECK(agent.load().language == "en");
    agent.environment.set("LANGUAGE", std::nullopt);
    agent.folder.put(".env", "LANGUAGE=en-US");
    CHECK(agent.load().language == "en");
}

TEST_CASE(
    "owners are MY_PHONE and OWNER_PHONES, and only they may call in unless a list says more") {
    Agent agent;
    auto mine = *PhoneNumber::parse("010-0000-1111");
    auto wife = *PhoneNumber::parse("+821000002222");
    auto other = *PhoneNumber::parse("+821000003333");
    agent.folder.put(".env",
                     "MY_PHONE=010-0000-1111\nOWNER_PHONES=\"+82 10-0000-2222, 010-0000-1111\"\n");
    Settings s = agent.load();
    CHECK(s.owners == std::vector<PhoneNumber>{mine, wife});
    CHECK(s.is_owner(mine));
    CHECK(s.is_owner(wife));
    CHECK_FALSE(s.is_owner(other));
    CHECK(s.may_call_in(wife));
    CHECK_FALSE(s.may_call_in(other));
    agent.folder.put(".env",
                     "MY_PHONE=010-0000-1111\nALLOWED_CALLERS=+821000003333 +821000002222\n");
    s = agent.load();
    CHECK(s.may_call_in(other));
    CHECK(s.may_call_in(wife));
    CHECK_FALSE(s.may_call_in(mine));  // the owner's numbers are not added to a list
    agent.folder.put(".env", "ALLOWED_CALLERS=*\n");
    CHECK(agent.load().may_call_in(other));
    agent.folder.put(".env", "MY_PHONE=010-0000-1111\nALLOWED_CALLERS=+821000003333,x\n");
    CHECK_FALSE(agent.load().may_call_in(mine));  // a list that cannot be read admits nobody
}

TEST_CASE("the second half of a Twilio API key is missed") {
    Agent agent;
    CHECK_THAT(agent.problem("TWILIO_API_KEY_SID=SK" + sid_digits),
               contains("TWILIO_API_KEY_SECRET is not set although TWILIO_API_KEY_SID is"));
    CHECK_THAT(agent.problem("TWILIO_API_KEY_SECRET=abc"),
               contains("TWILIO_API_KEY_SID is not set"));
}

TEST_CASE("relative paths are relative to the agent directory") {
    Agent agent;
    agent.folder.put(".env", "WORKSPACE_DIR=../other\nCALL_LOG_DIR=/var/log/calls/\n");
    Settings s = agent.load();
    CHECK(s.workspace_dir ==
          agent.folder.path().substr(0, agent.folder.path().rfind('/')) + "/other");
    CHECK(s.call_log_dir == "/var/log/calls");
}

TEST_CASE("money, numbers and countries are read") {
    Agent agent;
    agent.folder.put(".env",
                     "BUDGET_DAY_USD=$1.50\nMAX_CALLS_PER_DAY=3\nALLOWED_COUNTRIES=82, +1\n"
                     "QUIET_HOURS=22:30 - 7:00\nCALLER_PIN=47 11-08\n");
    Settings s = agent.load();
    CHECK(s.problems.empty());
    CHECK(s.budget_day_usd == 1.5);
    CHECK(s.max_calls_per_day == 3);
    CHECK(s.allowed_countries == std::vector<std::string>{"82", "1"});
    CHECK(s.caller_pin.reveal() == "471108");
    REQUIRE(s.quiet_hours);
    CHECK(s.quiet_hours->from == 22 * 60 + 30);
    CHECK(s.quiet_hours->to == 7 * 60);
}

TEST_CASE("quiet hours wrap over midnight, and the end minute is outside") {
    QuietHours night{22 * 60 + 30, 7 * 60};
    CHECK_FALSE(night.contains(22 * 60 + 29));
    CHECK(night.contains(22 * 60 + 30));
    CHECK(night.contains(0));
    CHECK(night.contains(6 * 60 + 59));
    CHECK_FALSE(night.contains(7 * 60));
    QuietHours noon{12 * 60, 13 * 60};
    CHECK(noon.contains(12 * 60));
    CHECK_FALSE(noon.contains(13 * 60));
    CHECK_FALSE(noon.contains(0));
}

TEST_CASE("load sets the zone of the process") {
    Agent agent;
    agent.folder.put(".env", "TIMEZONE=Europe/Berlin");
    static_cast<void>(agent.load());
    CHECK(pa::to_iso(*pa::parse_iso("2026-07-01T00:00:00Z"), false) == "2026-07-01T02:00:00+02:00");
}

TEST_CASE("one call with another persona takes what belongs to a call, and nothing else") {
    Agent agent;
    agent.folder.put(".env", "VOICE=ash\nLANGUAGE=ko\nTIMEZONE=Asia/Seoul\n");
    agent.folder.put(
        "personas/other.md",
        "---\nvoice: echo\nlanguage: en\nmax_call_minutes: 5\ntimezone: Europe/Berlin\n"
        "owner_phones: +821000009999\n---\nBody");
    agent.environment.set("LANGUAGE", "ja");
    Settings s = *with_persona(agent.load(), "other");
    CHECK(s.voice == "echo");
    CHECK(s.language == "ja");  // the environment's
    CHECK(s.max_call_minutes == 5);
    CHECK(s.timezone == "Asia/Seoul");
    CHECK(s.owners.empty());
    CHECK(with_persona(agent.load(), "")->voice == "ash");
    CHECK(with_persona(agent.load(), "nobody").error().code == Errc::config);
    agent.folder.put("personas/old.md", "---\nvoice: nova\n---\nBody");
    CHECK_THAT(with_persona(agent.load(), "old").error().what,
               contains("old.md:2") && contains("use marin"));
}

TEST_CASE(
    "what is prepared while the phone rings: .env beats the persona, another one beats both") {
    Agent agent;
    CHECK(agent.load().prewarm == "greeting");
    agent.folder.put("persona.md", "---\nprewarm: session\n---\nBody");
    CHECK(agent.load().prewarm == "session");
    agent.folder.put(".env", "PREWARM=off\n");
    CHECK(agent.load().prewarm == "off");
    agent.folder.put("personas/other.md", "---\nprewarm: greeting\n---\nBody");
    CHECK(with_persona(agent.load(), "other")->prewarm == "greeting");
}

TEST_CASE("the manual names every setting") {
    auto manual = pa::read_file(std::string(PA_SHARE) + "/man/man7/phone-agent.7");
    REQUIRE(manual);
    for (std::string_view name : setting_names())
        CHECK_THAT(*manual, contains("\n.It Ev " + std::string(name)));
}
