#include "call/script.hpp"

#include <algorithm>
#include <iterator>

#include "base/text.hpp"

namespace pa::call {
namespace {

enum Script : unsigned {
    none = 0,
    latin = 1,
    hangul = 2,
    kana = 4,
    han = 8,
    cyrillic = 16,
    greek = 32,
    arabic = 64,
    hebrew = 128,
    devanagari = 256,
    thai = 512,
};

struct Range {
    char32_t first, last;
    Script script;
};
/// Letters, by the blocks of Unicode; ASCII and Latin-1 without their signs.
constexpr Range letters[] = {
    {'A', 'Z', latin},        {'a', 'z', latin},          {0xC0, 0xD6, latin},
    {0xD8, 0xF6, latin},      {0xF8, 0x24F, latin},       {0x370, 0x3FF, greek},
    {0x400, 0x52F, cyrillic}, {0x590, 0x5FF, hebrew},     {0x600, 0x6FF, arabic},
    {0x750, 0x77F, arabic},   {0x900, 0x97F, devanagari}, {0xE00, 0xE7F, thai},
    {0x1100, 0x11FF, hangul}, {0x1E00, 0x1EFF, latin},    {0x3040, 0x30FF, kana},
    {0x3130, 0x318F, hangul}, {0x3400, 0x4DBF, han},      {0x4E00, 0x9FFF, han},
    {0xAC00, 0xD7A3, hangul}, {0xF900, 0xFAFF, han},      {0x20000, 0x2FFFF, han},
};

struct Written {
    std::string_view language;
    unsigned scripts;
};
constexpr Written table[] = {
    {"ar", arabic},     {"bg", cyrillic}, {"ca", latin},      {"cs", latin},    {"da", latin},
    {"de", latin},      {"el", greek},    {"en", latin},      {"es", latin},    {"et", latin},
    {"fa", arabic},     {"fi", latin},    {"fr", latin},      {"he", hebrew},   {"hi", devanagari},
    {"hr", latin},      {"hu", latin},    {"id", latin},      {"is", latin},    {"it", latin},
    {"ja", kana | han}, {"ko", hangul},   {"lt", latin},      {"lv", latin},    {"mk", cyrillic},
    {"mr", devanagari}, {"ms", latin},    {"ne", devanagari}, {"nl", latin},    {"no", latin},
    {"pl", latin},      {"pt", latin},    {"ro", latin},      {"ru", cyrillic}, {"sk", latin},
    {"sl", latin},      {"sv", latin},    {"sw", latin},      {"th", thai},     {"tl", latin},
    {"tr", latin},      {"uk", cyrillic}, {"ur", arabic},     {"vi", latin},    {"zh", han},
};

constexpr int few = 8;  // "OK", "Siri?"

Script script_of(char32_t c) {
    for (const Range& r : letters)
        if (c >= r.first && c <= r.last) return r.script;
    return none;
}

}  // namespace

std::optional<double> script_share(std::string_view text, std::string_view language) {
    const auto* written = std::find_if(std::begin(table), std::end(table),
                                       [&](const Written& w) { return w.language == language; });
    if (written == std::end(table)) return std::nullopt;
    int all = 0, expected = 0;
    while (!text.empty()) {
        const Script script = script_of(take_code_point(text));
        const int weight = script == none ? 0 : (script & (hangul | kana | han)) != 0 ? 2 : 1;
        all += weight;
        if ((script & written->scripts) != 0) expected += weight;
    }
    if (all < few) return std::nullopt;
    return static_cast<double>(expected) / all;
}

}  // namespace pa::call
