#include "sim/twiml_reader.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "base/text.hpp"

namespace pa::sim {

namespace {

/// The XML that TwiML needs: elements, attributes, text, comments, the declaration, CDATA.
class XmlReader {
public:
    explicit XmlReader(std::string_view text) : text_(text) {}

    std::optional<TwimlNode> document() {
        if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
        if (starts("<?xml")) skip_past("?>");
        skip_blank();
        auto root = element(0);
        skip_blank();
        if (at_ != text_.size()) fail("text behind the root");
        return error_.empty() ? std::optional(std::move(root)) : std::nullopt;
    }
    [[nodiscard]] const std::string& error() const { return error_; }

private:
    static constexpr int kMaxDepth = 16;

    [[nodiscard]] bool starts(std::string_view what) const {
        return text_.substr(at_).starts_with(what);
    }
    void fail(std::string_view why) {
        if (error_.empty()) error_ = std::string(why) + " at byte " + std::to_string(at_);
        at_ = text_.size();
    }
    void skip_past(std::string_view what) {
        const auto end = text_.find(what, at_);
        if (end == std::string_view::npos) return fail("no " + std::string(what));
        at_ = end + what.size();
    }
    void skip_blank() {
        while (at_ < text_.size()) {
            if (starts("<!--")) {
                skip_past("-->");
            } else if (std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
                ++at_;
            } else {
                return;
            }
        }
    }
    std::string name() {
        const auto begin = at_;
        while (at_ < text_.size() &&
               (is_ascii_alnum(text_[at_]) || text_[at_] == '-' || text_[at_] == '_'))
            ++at_;
        if (at_ == begin) fail("no name");
        return std::string(text_.substr(begin, at_ - begin));
    }
    std::string decoded(std::string_view raw) {
        std::string out;
        while (!raw.empty()) {
            const auto amp = raw.find('&');
            out += raw.substr(0, amp);
            if (amp == std::string_view::npos) break;
            const auto end = raw.find(';', amp);
            if (end == std::string_view::npos)
                fail("& without an entity");
            else
                out += entity(raw.substr(amp + 1, end - amp - 1));
            if (!error_.empty()) break;
            raw.remove_prefix(end + 1);
        }
        return out;
    }
    std::string entity(std::string_view e) {
        static const std::map<std::string_view, std::string> named = {
            {"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}};
        if (const auto n = named.find(e); n != named.end()) return n->second;
        const bool hex = e.starts_with("#x");
        unsigned code = 0;
        const auto digits = e.substr(std::min<std::size_t>(e.size(), hex ? 2 : 1));
        const auto [end, bad] =
            std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
        if (!e.starts_with('#') || bad != std::errc() || end != digits.data() + digits.size())
            fail("unknown entity");
        return utf8(code);
    }
    static std::string utf8(unsigned c) {
        auto byte = [](unsigned b) { return static_cast<char>(b); };
        if (c < 0x80) return {byte(c)};
        if (c < 0x800) return {byte(0xc0 | c >> 6), byte(0x80 | (c & 63))};
        if (c < 0x10000)
            return {byte(0xe0 | c >> 12), byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63))};
        return {byte(0xf0 | c >> 18), byte(0x80 | (c >> 12 & 63)), byte(0x80 | (c >> 6 & 63)),
                byte(0x80 | (c & 63))};
    }
    void attributes(TwimlNode& node) {
        while (error_.empty()) {
            skip_blank();
            if (starts(">") || starts("/>")) return;
            auto key = name();
            skip_blank();
            const char quote = starts("=") && at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
            const auto end =
                quote == '"' || quote == '\'' ? text_.find(quote, at_ + 2) : std::string_view::npos;
            if (end == std::string_view::npos) return fail("attribute without a quoted value");
            const auto raw = text_.substr(at_ + 2, end - at_ - 2);
            if (raw.find('<') != std::string_view::npos) return fail("< in an attribute");
            if (!node.attribute(key, "\x01").starts_with('\x01')) return fail("attribute twice");
            node.attributes.emplace_back(std::move(key), decoded(raw));
            at_ = end + 1;
        }
    }
    TwimlNode element(int depth) {
        TwimlNode node;
        if (!starts("<") || depth > kMaxDepth) {
            fail("expected an element");
            return node;
        }
        ++at_;
        node.name = name();
        attributes(node);
        if (starts("/>")) {
            at_ += 2;
            return node;
        }
        ++at_;
        content(node, depth);
        node.text = trim(node.text);
        return node;
    }
    void content(TwimlNode& node, int depth) {
        const std::string end = "</" + node.name;
        while (error_.empty()) {
            if (at_ >= text_.size()) return fail("no end of " + node.name);
            if (starts("</")) {
                if (!starts(end)) return fail("wrong end tag");
                at_ += end.size();
                skip_blank();
                return starts(">") ? void(++at_) : fail("wrong end tag");
            }
            if (starts("<!--")) {
                skip_past("-->");
            } else if (starts("<![CDATA[")) {
                const auto begin = at_ + 9;
                skip_past("]]>");
                if (error_.empty()) node.text += text_.substr(begin, at_ - 3 - begin);
            } else if (starts("<")) {
                node.children.push_back(element(depth + 1));
            } else {
                const auto next = std::min(text_.find('<', at_), text_.size());
                node.text += decoded(text_.substr(at_, next - at_));
                if (error_.empty()) at_ = next;
            }
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string error_;
};

struct Allowed {
    std::set<std::string_view> attributes, children;
};

/// What the simulator can run, with the attributes that Twilio knows.
const std::map<std::string_view, Allowed>& vocabulary() {
    static const std::map<std::string_view, Allowed> all = {
        {"Response",
         {{}, {"Connect", "Redirect", "Hangup", "Reject", "Say", "Pause", "Play", "Dial"}}},
        {"Connect", {{"action", "method"}, {"Stream"}}},
        {"Stream",
         {{"url", "name", "track", "statusCallback", "statusCallbackMethod", "connectorName"},
          {"Parameter"}}},
        {"Parameter", {{"name", "value"}, {}}},
        {"Redirect", {{"method"}, {}}},
        {"Hangup", {{}, {}}},
        {"Reject", {{"reason"}, {}}},
        {"Say", {{"voice", "language", "loop"}, {}}},
        {"Pause", {{"length"}, {}}},
        {"Play", {{"loop", "digits"}, {}}},
        {"Dial", {{"callerId", "timeout", "timeLimit", "action", "method"}, {"Number"}}},
        {"Number", {{}, {}}},
    };
    return all;
}

/// A sentence about what is not allowed, or "".
std::string misuse(const TwimlNode& node) {
    const auto& allowed = vocabulary().at(node.name);
    for (const auto& [name, value] : node.attributes) {
        if (allowed.attributes.count(name) == 0)
            return "attribute " + name + " is not allowed in " + node.name;
    }
    for (const auto& child : node.children) {
        if (allowed.children.count(child.name) == 0)
            return child.name + " is not allowed in " + node.name;
        if (auto found = misuse(child); !found.empty()) return found;
    }
    return {};
}

}  // namespace

std::string_view TwimlNode::attribute(std::string_view wanted, std::string_view otherwise) const {
    for (const auto& [name_, value] : attributes) {
        if (name_ == wanted) return value;
    }
    return otherwise;
}

Result<std::vector<TwimlNode>> read_twiml(std::string_view text) {
    if (trim(text).empty()) return Error{Errc::data, "11770 the answer is empty"};
    if (text.size() > 64 * 1024) return Error{Errc::data, "11750 the answer is longer than 64 kB"};
    if (!is_utf8(text)) return Error{Errc::data, "12100 not UTF-8"};
    XmlReader reader(text);
    auto root = reader.document();
    if (!root) return Error{Errc::data, "12100 not XML: " + reader.error()};
    if (root->name != "Response")
        return Error{Errc::data, "12102 the root is " + root->name + ", not Response"};
    if (auto wrong = misuse(*root); !wrong.empty()) return Error{Errc::data, "12200 " + wrong};
    return std::move(root->children);
}

}  // namespace pa::sim
