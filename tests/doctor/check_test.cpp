#include "doctor/check.hpp"

#include <filesystem>

#include "act/spool.hpp"
#include "doctor/rig.hpp"

using namespace pa;
using namespace std::chrono_literals;
using test::Finding;
using test::Level;
using test::Patient;

namespace {

act::Job job_at(WallTime at) {
    act::Job job;
    job.id = job.request_id = "j1";
    job.type = "dial";
    job.due_at = job.run_at = at;
    job.anchor = to_civil(at);
    return job;
}

}  // namespace

TEST_CASE("a new agent that is filled in passes every check of this machine") {
    Patient agent;
    for (const auto& finding : agent.examine_here()) {
        INFO(finding.subject << ": " << finding.sentence);
        CHECK(finding.level == Level::ok);
        CHECK_FALSE(finding.hop.empty());
        CHECK(finding.sentence.find(agent.digits) == std::string::npos);
    }
    CHECK(agent.well);
}

TEST_CASE("each check names the hop that is broken") {
    Patient agent;
    SECTION("a key that is not set") {
        agent.set("OPENAI_API_KEY", "");
        Finding f = agent.trouble();
        CHECK(f.hop == "settings");
        CHECK(f.subject == "OPENAI_API_KEY");
        CHECK_THAT(f.sentence, contains("is not set: put it in " + agent.home + "/.env"));
    }
    SECTION("a setting that is malformed, though it has a default") {
        agent.set("PORT", "PORT=eighty");
        CHECK(agent.trouble().subject == "PORT");
        CHECK_FALSE(agent.well);
    }
    SECTION("no owner") {
        agent.set("MY_PHONE", "");
        CHECK(agent.trouble().subject == "MY_PHONE");
        CHECK(agent.well);
    }
    SECTION("an owner in a country that may not be called") {
        agent.set("ALLOWED_COUNTRIES", "ALLOWED_COUNTRIES=1");
        CHECK(agent.trouble().subject == "MY_PHONE");
        CHECK_THAT(agent.trouble().sentence, contains("ALLOWED_COUNTRIES"));
    }
    SECTION("a name that is misspelt") {
        agent.set("LANGUGE", "LANGUGE=en");
        CHECK(agent.trouble().hop == "settings");
        CHECK_THAT(agent.trouble().sentence, contains("is LANGUAGE meant?"));
    }
    SECTION("a daily cap that refuses every call") {
        agent.set("MAX_CALLS_PER_DAY", "MAX_CALLS_PER_DAY=0");
        CHECK(agent.trouble().subject == "MAX_CALLS_PER_DAY");
        CHECK(agent.well);
    }
    SECTION("an older name that still counts") {
        agent.set("PUBLIC_URL_REALTIME", "PUBLIC_URL_REALTIME=https://old.example");
        CHECK(agent.trouble().subject == "PUBLIC_URL_REALTIME");
        CHECK_THAT(agent.trouble().sentence, contains("is read as PUBLIC_URL"));
    }
    SECTION("a .env that others can read") {
        REQUIRE(::chmod((agent.home + "/.env").c_str(), 0644) == 0);
        CHECK_THAT(agent.trouble().sentence, contains("chmod 600"));
    }
    SECTION("a persona with a misspelt key") {
        agent.put("persona.md", "---\nvoise: marin\n---\n안녕");
        CHECK(agent.trouble().hop == "persona");
        CHECK_THAT(agent.trouble().sentence, contains("persona.md:2"));
    }
    SECTION("a persona in another language than the agent's") {
        agent.put("persona.md", "You are Hana, and you speak plainly.");
        CHECK(agent.trouble().hop == "persona");
        CHECK_THAT(agent.trouble().sentence, contains("LANGUAGE (ko)"));
    }
    SECTION("a memory that cannot be read") {
        std::filesystem::remove(agent.home + "/USER.md");
        std::filesystem::create_directory(agent.home + "/USER.md");
        CHECK(agent.trouble().hop == "memory");
    }
    SECTION("a workspace that is not there") {
        agent.set("WORKSPACE_DIR", "WORKSPACE_DIR=" + agent.home + "/gone");
        CHECK(agent.trouble().subject == "WORKSPACE_DIR");
        CHECK_THAT(agent.trouble().sentence, contains("/gone is no folder"));
    }
    SECTION("a workspace that holds nothing") {
        agent.set("WORKSPACE_DIR", "WORKSPACE_DIR=" + agent.home + "/spool");
        CHECK_THAT(agent.trouble().sentence, contains("neither USER.md nor MEMORY.md"));
    }
    SECTION("call logs that others can enter") {
        REQUIRE(::chmod((agent.home + "/call_logs").c_str(), 0755) == 0);
        CHECK(agent.trouble().subject == "CALL_LOG_DIR");
        CHECK_THAT(agent.trouble().sentence, contains("chmod 700"));
    }
    SECTION("call logs below a file") {
        agent.set("CALL_LOG_DIR", "CALL_LOG_DIR=USER.md/logs");
        CHECK_THAT(agent.trouble().sentence, contains("USER.md is no folder"));
        CHECK_FALSE(agent.well);
    }
    SECTION("call logs in a folder that nobody has made") {
        agent.set("CALL_LOG_DIR", "CALL_LOG_DIR=call_lgos");
        CHECK(agent.trouble().subject == "CALL_LOG_DIR");
        CHECK_THAT(agent.trouble().sentence, contains("call_lgos does not exist"));
        CHECK(agent.well);
    }
    SECTION("a model that ends") {
        agent.machine.now = *parse_iso("2026-11-22T12:00:00+09:00");
        agent.context();
        agent.settings.realtime_model = "gpt-realtime";
        CHECK(agent.trouble().hop == "models");
        CHECK(agent.trouble().sentence ==
              "gpt-realtime ends in 59 days, on 2027-01-20: change to gpt-realtime-2.1 before");
        CHECK(agent.well);
    }
    SECTION("a call that was left in the middle") {
        agent.put("call_logs/2026-02-28_23-49-32_CA1.jsonl.partial", "{}\n");
        CHECK(agent.trouble().hop == "partials");
        CHECK_THAT(agent.trouble().sentence, contains("1 call was left"));
    }
}

TEST_CASE("a tunnel's program is missed where one is needed") {
    Patient agent;
    SECTION("none") {
        std::filesystem::remove(agent.scratch / "bin/ngrok");
        CHECK(agent.trouble().hop == "programs");
        CHECK_THAT(agent.trouble().sentence,
                   contains("is not installed") && contains("install it:"));
        CHECK_FALSE(agent.well);
    }
    SECTION("another one") {
        std::filesystem::rename(agent.scratch / "bin/ngrok", agent.scratch / "bin/cloudflared");
        agent.examine_here();
        CHECK(agent.well);
    }
    SECTION("none, and none is needed") {
        std::filesystem::remove(agent.scratch / "bin/ngrok");
        agent.set("PUBLIC_URL", "PUBLIC_URL=https://a.example");
        agent.examine_here();
        CHECK(agent.well);
    }
    SECTION("none, but a tunnel is there") {
        std::filesystem::remove(agent.scratch / "bin/ngrok");
        agent.http.on(
            "GET http://127.0.0.1:4040/api/tunnels", 200,
            R"({"tunnels":[{"public_url":"https://a.example","config":{"addr":"8082"}}]})");
        agent.examine_here();
        CHECK(agent.well);
    }
    SECTION("without a token, until it is configured with one") {
        agent.set("NGROK_AUTHTOKEN", "");
        CHECK_THAT(agent.trouble().sentence, contains("has no authtoken"));
        agent.scratch.put("home/.config/ngrok/ngrok.yml", "version: 3\n");
        for (const auto& f : agent.examine_here()) CHECK(f.level == Level::ok);
    }
}

TEST_CASE("calls that wait want somebody who makes them") {
    Patient agent;
    act::Spool spool(agent.home, "+821000001234");
    SECTION("nobody, and nothing waits") {
        agent.machine.crontab = [] { return "#* * * * * pa-act --due\n"; };
        CHECK(agent.trouble().hop == "timer");
        CHECK_THAT(agent.trouble().sentence, contains("crontab -e") && contains(agent.home));
        CHECK(agent.well);
    }
    SECTION("nobody, and a call waits") {
        agent.machine.crontab = nullptr;
        REQUIRE(*spool.add(job_at(agent.machine.now + 1h)));
        CHECK(agent.trouble().hop == "timer");
        CHECK_THAT(agent.trouble().sentence, contains("1 call to be made, and nothing"));
        CHECK_FALSE(agent.well);
    }
    SECTION("somebody, but a call is overdue") {
        REQUIRE(*spool.add(job_at(agent.machine.now - 1h)));
        CHECK_THAT(agent.trouble().sentence, contains("overdue") && contains("crontab"));
    }
    SECTION("a crontab that names a program which cron does not find") {
        agent.machine.cron_path = {"/nowhere/bin", "/none"};
        CHECK(agent.trouble().hop == "timer");
        CHECK_THAT(agent.trouble().sentence, contains("its PATH is /nowhere/bin:/none; write " +
                                                      agent.scratch / "bin/pa-act"));
        CHECK_FALSE(agent.well);
        SECTION("until it is told where it is") {
            agent.context().machine.crontab = [] {
                return "* * * * * /usr/local/bin/pa-act --due\n";
            };
            for (const auto& f : agent.run({doctor::check_timer})) CHECK(f.level == Level::ok);
        }
        SECTION("or where to look") {
            for (std::string path : {"PATH=/usr/local/bin\n", "PATH = /usr/local/bin\n",
                                     "\tPATH=\"/usr/local/bin:/bin\"\n", "'PATH' ='/x'\n"}) {
                INFO(path);
                agent.context().machine.crontab = [&] {
                    return "# mine\n" + path + " * * * * * pa-act --due\n";
                };
                for (const auto& f : agent.run({doctor::check_timer})) CHECK(f.level == Level::ok);
            }
        }
        SECTION("but lines that start no program of ours are none") {
            for (std::string line :
                 {"0 3 * * * pgrep -x pa-dial || logger -t x pa-dial is not there",
                  "0 3 * * * backup.sh # before pa-dial calls", "  # 0 3 * * * pa-dial ",
                  "0 3 * * * . $HOME/.profile; pa-dial --wait", "NOTE = run pa-dial by hand",
                  "0 3 * * * [ -e pa-dial ] && echo \"; pa-dial \""}) {
                INFO(line);
                agent.context().machine.crontab = [&] {
                    return line + "\n* * * * * /usr/local/bin/pa-act --due\n";
                };
                for (const auto& f : agent.run({doctor::check_timer})) CHECK(f.level == Level::ok);
            }
        }
        SECTION("and a variable of another name is no PATH") {
            agent.context().machine.crontab = [] {
                return "#PATH=/opt\nMYPATH=/opt\n* * * * * pa-act --due\n";
            };
            for (const auto& f : agent.run({doctor::check_timer})) CHECK(f.level == Level::fail);
        }
    }
    SECTION("a unit of the user's") {
        agent.machine.crontab = nullptr;
        agent.scratch.put("home/.config/systemd/user/timers.target.wants/phone-agent-due.timer",
                          "");
        agent.examine_here();
        CHECK(agent.well);
        for (const auto& f : agent.run({doctor::check_timer}))
            CHECK_THAT(f.sentence, contains("phone-agent-due.timer makes"));
    }
}

#ifndef __APPLE__
TEST_CASE("a machine that may sleep when the next call is due is told of") {
    Patient agent;
    REQUIRE(*act::Spool(agent.home, "").add(job_at(agent.machine.now + 1h)));
    SECTION("one without a battery") {
        agent.scratch.put("power/hidpp_battery_0/type", "Battery\n");
        agent.scratch.put("power/hidpp_battery_0/scope", "Device\n");
        agent.scratch.put("power/AC/type", "Mains\n");
        for (const auto& f : agent.run({doctor::check_sleep})) CHECK(f.level == Level::ok);
    }
    SECTION("a laptop") {
        agent.scratch.put("power/BAT0/type", "Battery\n");
        CHECK(agent.trouble().hop == "sleep");
        CHECK_THAT(agent.trouble().sentence,
                   contains("next call is due at") && contains("rtcwake"));
    }
    SECTION("WSL") {
        agent.scratch.put("version", "Linux version 5.15.90.1-microsoft-standard-WSL2\n");
        CHECK_THAT(agent.trouble().sentence, contains("Task Scheduler"));
    }
}

TEST_CASE("a call that cron makes can be slept through too") {
    Patient agent;
    std::string line;
    agent.machine.crontab = [&] { return "* * * * * pa-act --due\n" + line + "\n"; };
    agent.scratch.put("power/BAT0/type", "Battery\n");
    SECTION("by a script of the agent") {
        line = "0 7 * * 1-5  sh $HOME/.config/phone-agent/morning.sh >>x 2>&1";
        CHECK(agent.trouble().hop == "sleep");
        CHECK_THAT(agent.trouble().sentence,
                   contains("crontab makes a call at \"0 7 * * 1-5\"") && contains("rtcwake"));
    }
    SECTION("by a script in a directory of another name") {
        line = "@daily sh " + agent.home + "/morning.sh";
        CHECK_THAT(agent.trouble().sentence, contains("at \"@daily\""));
    }
    SECTION("by itself") {
        line = "30\t6 * * * /usr/local/bin/pa-dial --wait";
        CHECK_THAT(agent.trouble().sentence, contains("at \"30 6 * * *\""));
    }
    SECTION("none of this agent") {
        for (std::string other :
             {"@reboot sh $HOME/.config/phone-agent/start.sh", "#0 7 * * * pa-dial",
              "PATH=/opt/phone-agent/bin:/bin", "0 7 * * * backup.sh", "0 7 * * * pgrep -x pa-dial",
              "0 7 * * * backup.sh # before pa-dial", "0 7 * * * x # not of /phone-agent/"}) {
            line = std::move(other);
            INFO(line);
            for (const auto& f : agent.run({doctor::check_sleep})) CHECK(f.level == Level::ok);
        }
    }
    SECTION("on a machine without a battery") {
        std::filesystem::remove_all(agent.scratch / "power");
        line = "0 7 * * * pa-dial";
        for (const auto& f : agent.run({doctor::check_sleep}))
            CHECK(f.sentence ==
                  "crontab makes a call at \"0 7 * * *\", on a machine without a battery");
    }
}
#endif

TEST_CASE("a disk that is nearly full is told of before a log is lost") {
    Patient agent;
    std::string asked;
    std::uint64_t left = 0;
    agent.machine.room = [&](const std::string& folder) -> Result<std::uint64_t> {
        asked = folder;
        return left;
    };
    left = 300U << 20U;
    CHECK(agent.run({doctor::check_disk}).front().level == Level::ok);
    CHECK(asked == agent.home + "/call_logs");
    left = 100U << 20U;
    CHECK(agent.trouble().hop == "disk");
    CHECK_THAT(agent.trouble().sentence, contains("100 MB left") && contains("make room"));
    CHECK(agent.well);
    left = 1U << 20U;
    CHECK(agent.trouble().hop == "disk");
    CHECK_FALSE(agent.well);
    agent.context().machine.room = [](const std::string&) -> Result<std::uint64_t> {
        return Error{Errc::io, "no such device"};
    };
    CHECK_THAT(agent.trouble().sentence, contains("no such device"));
}

TEST_CASE("an agent directory that does not exist is told with the way to make it") {
    Patient agent;
    agent.context();
    agent.settings.directory = agent.scratch / "gone";
    auto found = agent.run({doctor::check_directory});
    REQUIRE(found.size() == 1);
    CHECK(found[0].level == Level::fail);
    CHECK_THAT(found[0].sentence, contains("pa-doctor --init " + agent.settings.directory));
}

TEST_CASE("the checks have distinct names") {
    for (const auto& a : doctor::checks())
        for (const auto& b : doctor::checks()) CHECK((&a == &b || a.hop != b.hop));
}
