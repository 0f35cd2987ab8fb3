// An agent with nothing wrong, on a machine with nothing wrong, for tests that break one thing.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <string>
#include <vector>

#include "agent/init.hpp"
#include "doctor/check.hpp"
#include "support/catch.hpp"
#include "support/fake_http.hpp"
#include "support/scratch.hpp"

namespace pa::test {

using doctor::Finding;
using doctor::Level;

struct Patient {
    Patient() {
        for (std::string_view name : config::setting_names())
            environment.set(std::string(name), std::nullopt);
        environment.set("PUBLIC_URL_REALTIME", std::nullopt);
        environment.set("PA_SHARE_DIR", PA_SHARE);
        environment.set("PATH", scratch / "bin");
        scratch.put("bin/ngrok", "#!/bin/sh\n", 0700);
        ::chmod((scratch / "bin/ngrok").c_str(), 0700);
        REQUIRE(agent::init_agent(home, {2026, 2, 28, 0, 0, 0, 6}));
        put(".env", env);
        machine.home = scratch / "home";
        machine.power_supply = scratch / "power";
        machine.kernel = scratch / "version";
        machine.room = [](const std::string&) -> Result<std::uint64_t> { return 1U << 30U; };
        scratch.put("bin/pa-act", "#!/bin/sh\n", 0700);
        ::chmod((scratch / "bin/pa-act").c_str(), 0700);
        machine.cron_path = {scratch / "bin"};
        machine.crontab = [] { return "# mine\n* * * * * pa-act --due >/dev/null\n"; };
    }
    void put(const std::string& name, const std::string& text) const {
        scratch.put("agent/" + name, text);
    }
    /// The .env without the lines that set `name`, and with `line` behind it.
    void set(const std::string& name, const std::string& line) {
        const std::size_t at = env.find(name + "=");
        if (at != std::string::npos) env.erase(at, env.find('\n', at) + 1 - at);
        put(".env", env += line + "\n");
    }

    /// What these checks find, one after the other; facts are kept between calls.
    std::vector<Finding> run(
        std::initializer_list<void (*)(doctor::Context&, doctor::Report&)> checks) {
        return collect([&](doctor::Report& report) {
            for (auto* check : checks) check(context(), report);
        });
    }
    std::vector<Finding> examine_here() {
        return collect([&](doctor::Report& report) { doctor::examine(context(), report, true); });
    }
    /// The only one of these that is not ok.
    static Finding trouble_in(const std::vector<Finding>& all) {
        std::vector<Finding> bad;
        for (const auto& finding : all)
            if (finding.level != Level::ok) bad.push_back(finding);
        std::string told;
        for (const auto& finding : bad) told += finding.subject + ": " + finding.sentence + "\n";
        INFO(told);
        REQUIRE(bad.size() == 1);
        return bad.front();
    }
    Finding trouble() { return trouble_in(examine_here()); }

    doctor::Context& context() {
        if (context_) return *context_;
        auto loaded = config::load({home, {}, ""});
        REQUIRE(loaded);
        settings = *loaded;
        context_ = std::make_unique<doctor::Context>(
            doctor::Context{settings, http, machine, doctor::Facts{}});
        return *context_;
    }

    Environment environment;
    Scratch scratch;
    const std::string home = scratch / "agent";
    const std::string digits = "0123456789abcdef0123456789abcdef";
    std::string env = "OPENAI_API_KEY=sk-secret\nTWILIO_ACCOUNT_SID=AC" + digits +
                      "\nTWILIO_AUTH_TOKEN=" + digits + "\nTWILIO_PHONE_NUMBER_SID=PN" + digits +
                      "\nMY_PHONE=010-0000-1234\nNGROK_AUTHTOKEN=tunnel-secret\n";
    doctor::Machine machine;
    FakeHttp http;
    config::Settings settings;
    bool well = false;

private:
    template <class Run>
    std::vector<Finding> collect(Run run) {
        std::vector<Finding> found;
        doctor::Report report([&](const Finding& finding) {
            CHECK(finding.sentence.find("secret") == std::string::npos);
            CHECK(finding.sentence.find(digits.substr(1) + " ") == std::string::npos);
            found.push_back(finding);
        });
        run(report);
        well = !report.failed();
        return found;
    }
    std::unique_ptr<doctor::Context> context_;  // made when it is first asked for
};

}  // namespace pa::test
