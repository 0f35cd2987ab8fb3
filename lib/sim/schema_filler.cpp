#include "sim/schema_filler.hpp"

#include <algorithm>

namespace pa::sim {
namespace {

bool allows(json::Value schema, std::string_view type) {
    json::Value types = schema["type"];
    if (types.is_string()) return types.text() == type;
    bool found = false;
    types.for_each([&](json::Value t) { found = found || t.text() == type; });
    schema["anyOf"].for_each([&](json::Value option) { found = found || allows(option, type); });
    return found;
}

class Filler {
public:
    Filler(json::Writer& w, json::Value root, const std::vector<FoundRequest>& found)
        : w_(w), root_(root), found_(found) {}

    void value(json::Value schema, std::string_view name, const FoundRequest* request) {
        schema = resolved(schema);
        if (request != nullptr && known(schema, name, *request)) return;
        if (allows(schema, "null")) {
            w_.null();
        } else if (schema["properties"]) {
            w_.object();
            schema["properties"].for_each_member([&](std::string_view key, json::Value property) {
                value(property, key, request == nullptr ? nullptr : (w_.key(key), request), key);
            });
            w_.end();
        } else {
            plain(schema, request);
        }
    }

private:
    void value(json::Value schema, std::string_view name, const FoundRequest* request,
               std::string_view key) {
        if (request == nullptr) w_.key(key);
        value(schema, name, request);
    }

    json::Value resolved(json::Value schema) const {
        std::string_view ref = schema["$ref"].text();
        if (ref.starts_with("#/$defs/")) return root_["$defs"][ref.substr(8)];
        return schema;
    }

    void plain(json::Value schema, const FoundRequest* request) {
        if (schema["enum"].size() > 0) {
            w_.value(schema["enum"].at(0));
        } else if (allows(schema, "array")) {
            w_.array();
            json::Value members = resolved(schema["items"])["properties"];
            bool requests = request == nullptr && (members["type"] || members["kind"]);
            for (const FoundRequest& found : found_)
                if (requests) value(schema["items"], {}, &found);
            w_.end();
        } else if (allows(schema, "boolean")) {
            w_.value(false);
        } else if (allows(schema, "integer") || allows(schema, "number")) {
            w_.value(0);
        } else {
            w_.value("");
        }
    }

    /// A text, or null (or "") where there is none.
    bool text(json::Value schema, const std::string& value) {
        if (value.empty() && allows(schema, "null"))
            w_.null();
        else
            w_.value(value);
        return true;
    }

    bool known(json::Value schema, std::string_view name, const FoundRequest& request) {
        const ExtractionScript& script = *request.script;
        auto is = [name](std::initializer_list<std::string_view> names) {
            return std::find(names.begin(), names.end(), name) != names.end();
        };
        if (allows(schema, "string")) {
            if (is({"type", "kind"})) return text(schema, script.type);
            if (is({"title", "what", "summary"})) return text(schema, script.title);
            if (is({"quote", "words"})) return text(schema, request.quote);
            if (is({"due", "due_at", "when"})) return text(schema, request.due);
            if (is({"phone", "number"})) return text(schema, script.phone);
            if (is({"repeat"})) return text(schema, script.repeat);
        }
        if (is({"line", "quote_line", "line_index", "index"}) && allows(schema, "integer"))
            return w_.value(request.line), true;
        if (is({"confidence"})) return w_.value(script.confidence), true;
        if (is({"confirmed", "by_owner"}) && allows(schema, "boolean")) return w_.value(true), true;
        return false;
    }

    json::Writer& w_;
    json::Value root_;
    const std::vector<FoundRequest>& found_;
};

}  // namespace

void fill_schema(json::Writer& w, json::Value schema, const std::vector<FoundRequest>& found) {
    Filler(w, schema, found).value(schema, {}, nullptr);
}

std::string not_strict(json::Value schema) {
    std::string why;
    if (json::Value properties = schema["properties"]) {
        if (schema["additionalProperties"].boolean(true))
            return "'additionalProperties' is required to be supplied and to be false.";
        properties.for_each_member([&](std::string_view name, json::Value) {
            bool required = false;
            schema["required"].for_each(
                [&](json::Value r) { required = required || r.text() == name; });
            if (!required && why.empty())
                why =
                    "'required' is required to be supplied and to be an array including every key "
                    "in "
                    "properties. Missing '" +
                    std::string(name) + "'.";
        });
    }
    if (schema.is_object() && schema["default"] && schema["type"])
        why = "'default' is not permitted.";
    auto inner = [&](json::Value v) {
        if (why.empty()) why = not_strict(v);
    };
    if (schema.is_object())
        schema.for_each_member([&](std::string_view, json::Value v) { inner(v); });
    if (schema.is_array()) schema.for_each(inner);
    return why;
}

}  // namespace pa::sim
