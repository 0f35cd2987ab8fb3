// Shows a conversation while it goes on: each line once, when it will not change any more.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "json/document.hpp"
#include "net/http.hpp"

namespace pa::dial {

class Watch {
public:
    using Show = std::function<void(const std::string& line)>;
    /// `socket`: the bridge's operator socket. `http` is borrowed.
    Watch(net::Http& http, std::string socket, Show show)
        : http_(http), socket_(std::move(socket)), show_(std::move(show)) {}

    /// Shows what has been said since the last look. A bridge that does not answer is no matter.
    void look(const std::string& call_sid);
    /// The call is over: the rest is in its log.
    void finish(const std::string& log_path);

private:
    void show_new(json::Value lines, std::string_view agent);
    net::Http& http_;
    std::string socket_;
    Show show_;
    std::size_t shown_ = 0;
};

/// "  0:07  하나   안녕! 잘 잤어?"; of a line that was cut only what was heard, and a dash.
[[nodiscard]] std::string show_line(json::Value line, std::string_view agent);

}  // namespace pa::dial
