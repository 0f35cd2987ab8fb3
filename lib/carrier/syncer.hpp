// Points one Twilio number at a public base: compares, writes only what differs, reads back.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/result.hpp"
#include "carrier/hooks.hpp"
#include "carrier/previous.hpp"
#include "net/http.hpp"
#include "twilio/rest.hpp"

namespace pa::carrier {

/// Errors have the number in them. Errc::later: Twilio cannot be asked now, or does not show the
/// change yet; everything may be tried again at any time.
class Syncer {
public:
    using Sleep = std::function<void(std::chrono::milliseconds)>;
    /// `number`: a SID (PN…) or an E.164 number of the account. `run`: the agent's run/ folder.
    Syncer(net::Http& http, twilio::Account account, std::string number, const std::string& run,
           Sleep sleep);

    /// The number is in sync when this returns Done. Errc::no if its voice URL would have no
    /// effect.
    [[nodiscard]] Status sync(const Wanted& wanted);
    /// Errc::no names what differs. Writes nothing.
    [[nodiscard]] Status check(const Wanted& wanted);
    /// Puts back what was there before the first sync(); returns the voice URL. Errc::no if nothing
    /// is remembered.
    [[nodiscard]] Result<std::string> restore();

private:
    [[nodiscard]] Result<Number> fetch();
    [[nodiscard]] Status find();
    [[nodiscard]] Status write(const Form& fields);
    [[nodiscard]] Status read_back(const std::function<Form(const Number&)>& missing);
    [[nodiscard]] Result<HttpResponse> send(HttpRequest request);

    net::Http& http_;
    twilio::Account account_;
    std::string number_;  // as given, then as people know it
    std::string sid_;     // PN…, once known
    Previous previous_;
    Sleep sleep_;
};

}  // namespace pa::carrier
