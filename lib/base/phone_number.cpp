#include "base/phone_number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.hpp"

namespace pa {

using Decision = NumberReading::Decision;

struct NumberReader {
    static NumberReading make(Decision decision, std::string_view kind, std::string e164,
                              std::string_view remark) {
        return {decision, PhoneNumber(std::move(e164)), std::string(kind), std::string(remark)};
    }
};

namespace {

NumberReading accept(std::string_view kind, std::string e164) {
    return NumberReader::make(Decision::accept, kind, std::move(e164), "");
}
NumberReading confirm(std::string_view kind, std::string e164, std::string_view remark) {
    return NumberReader::make(Decision::confirm, kind, std::move(e164), remark);
}
NumberReading reject(std::string_view kind, std::string_view remark) {
    return {Decision::reject, std::nullopt, std::string(kind), std::string(remark)};
}

// --- from what was typed to ASCII ---

struct CodePoint {
    std::uint32_t value;
    std::size_t size;  // in bytes
};

/// The first code point of a text that is not empty and well formed.
CodePoint first_code_point(std::string_view text) {
    auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (byte(0) < 0x80) return {byte(0), 1};
    std::size_t size = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
    std::uint32_t value = byte(0) & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) value = value << 6U | (byte(i) & 0x3FU);
    return {value, size};
}

/// The ASCII character that a Korean keyboard, a web page or a word processor made wide or pretty.
char plain(std::uint32_t c) {
    if (c < 0x80) return static_cast<char>(c);
    if (c >= 0xFF10 && c <= 0xFF19) return static_cast<char>('0' + (c - 0xFF10));
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFF0D) return '-';
    if (c == 0x3000 || c == 0x00A0) return ' ';
    if (c == 0xFF0B) return '+';
    if (c == 0xFF08) return '(';
    if (c == 0xFF09) return ')';
    return '\0';
}

/// Other characters stay as they are, to be refused by name.
std::string to_plain(std::string_view typed) {
    std::string text = to_utf8(typed), out;
    for (std::string_view rest = text; !rest.empty();) {
        CodePoint c = first_code_point(rest);
        if (char ascii = plain(c.value); ascii != '\0')
            out += ascii;
        else
            out += rest.substr(0, c.size);
        rest.remove_prefix(c.size);
    }
    return out;
}

std::string digits_of(std::string_view text) {
    std::string out;
    std::copy_if(text.begin(), text.end(), std::back_inserter(out), is_digit);
    return out;
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](std::string_view prefix) { return text.starts_with(prefix); });
}

// --- emergency and short codes ---

// Prefixes for calls abroad from Korea, longest first.
constexpr std::array<std::string_view, 17> international_prefixes = {
    "00700", "00727", "00755", "00761", "00762", "00766", "00345", "00365", "00391",
    "0073",  "001",   "002",   "005",   "006",   "008",   "009",   "00"};

/// How near the digits come to a code, the worst of all ways to read them.
enum class Code { none, short_code, emergency };

Code code_of(std::string_view digits) {
    // 112 police, 119 fire and ambulance; and other countries', which a carrier may route by
    // itself.
    for (std::string_view emergency : {"112", "119", "911", "999", "000"})
        if (digits == emergency) return Code::emergency;
    // 111, 113, 117, 182, 1339, 1388 … help lines; 100, 114, 131, 1345 … services.
    bool is_short = digits.size() >= 3 && digits.size() <= 5 && digits[0] == '1';
    return is_short ? Code::short_code : Code::none;
}

/// Also behind an area code ("02-112") or the first digits of a mobile number ("010-112").
Code code_behind_area(std::string_view digits) {
    Code worst = code_of(digits);
    while (digits.starts_with('0')) {
        digits.remove_prefix(1);
        worst = std::max(worst, code_of(digits));
    }
    for (std::size_t area : {1U, 2U})
        if (digits.size() > area && (area == 2 || digits[0] == '2'))
            worst = std::max(worst, code_of(digits.substr(area)));
    return worst;
}

Code code_behind_country(std::string_view digits) {
    Code worst = code_behind_area(digits);
    if (digits.starts_with("82")) worst = std::max(worst, code_behind_area(digits.substr(2)));
    return worst;
}

/// The digits may be what is left of any spelling: with +82, 82, 0082, 001-82, a 0, an area code.
/// No number that can be dialled is so short that one of these readings meets a code.
Code worst_code(std::string_view digits) {
    Code worst = code_behind_country(digits);
    for (std::string_view prefix : international_prefixes)
        if (digits.starts_with(prefix))
            worst = std::max(worst, code_behind_country(digits.substr(prefix.size())));
    return worst;
}

NumberReading reject_code(Code code) {
    return code == Code::emergency
               ? reject("emergency", "an emergency number is never dialled, in any spelling")
               : reject("short", "short codes are not reachable from abroad and are never dialled");
}

// --- the Korean plan ---

/// `area` digits and then between `least` and `most`; the first of them not 0.
struct Rule {
    std::string_view areas;  // separated by blanks
    std::size_t least, most;
    std::string_view kind;
    bool first_nonzero;
    std::string_view doubt;  // confirm with this remark; "" accepts
};

constexpr std::string_view retired = "01X numbers are retired: it may not exist any more";
constexpr std::string_view forwarding =
    "050X forwarding number: it may not be reachable from abroad";
constexpr std::string_view toll_free = "the called side pays: usually not reachable from abroad";
constexpr std::string_view nationwide =
    "nationwide number, often not reachable from abroad: ask for the ordinary number";

// Lengths stricter than google/libphonenumber's metadata, which lets 010 be followed by 7 digits
// and some 010 ranges be missing.
constexpr Rule rules[] = {
    {"10", 8, 8, "mobile", false, ""},
    {"11 16 17 18 19", 7, 8, "mobile-old", false, retired},
    {"2 31 32 33 41 42 43 44 51 52 53 54 55 61 62 63 64", 7, 8, "fixed", true, ""},
    {"70", 8, 8, "voip", false, ""},
    {"50", 8, 9, "personal", false, forwarding},
    {"80 30", 7, 7, "tollfree", false, toll_free},
};

bool representative(std::string_view national) {
    return national.size() == 8 && starts_with_any(national, {"15", "16", "18"});
}

NumberReading apply(const Rule& rule, std::string_view area, std::string_view national) {
    std::string_view rest = national.substr(area.size());
    if (rest.size() < rule.least || rest.size() > rule.most)
        return reject("length", fmt::format("0{} is followed by {} digits, not {}", area,
                                            rule.least == rule.most
                                                ? fmt::format("{}", rule.least)
                                                : fmt::format("{} or {}", rule.least, rule.most),
                                            rest.size()));
    if (rule.first_nonzero && rest[0] == '0')
        return reject("invalid", fmt::format("no number behind 0{} starts with 0", area));
    std::string e164 = fmt::format("+82{}", national);
    return rule.doubt.empty() ? accept(rule.kind, e164) : confirm(rule.kind, e164, rule.doubt);
}

/// `rest`: what follows +82, or all of a number typed as in Korea.
NumberReading read_korean(std::string_view rest) {
    if (representative(rest))  // these have no 0 to drop: 015-… with one is a pager
        return confirm("representative", fmt::format("+82{}", rest), nationwide);
    if (rest.starts_with('0')) rest.remove_prefix(1);
    for (const Rule& rule : rules)
        for (std::string_view area : split(rule.areas, ' '))
            if (rest.starts_with(area)) return apply(rule, area, rest);
    if (rest.starts_with("60")) return reject("premium", "060 is premium rate");
    if (starts_with_any(rest, {"12", "15"}))
        return reject("pager-or-data", "012 and 015 take no voice call");
    return reject("invalid", "no such area code or prefix in Korea");
}

// --- the rest of the world ---

NumberReading read_international(std::string_view digits) {
    // ANONYMOUS, RESTRICTED, UNKNOWN, UNAVAILABLE, BLOCKED on a keypad: what Twilio writes as
    // caller id.
    for (std::string_view word : {"266696687", "7378742833", "8656696", "86282452253", "2562533"})
        if (digits == word) return reject("withheld", "a withheld caller id, not a number");
    if (digits.starts_with("850"))
        return reject("blocked-country", "+850 is North Korea: was +82 50… meant?");
    if (digits[0] == '0') return reject("invalid", "no country code starts with 0");
    if (digits.size() < 9 || digits.size() > 15)
        return reject("length", fmt::format("an international number has 9 to 15 digits, not {}",
                                            digits.size()));
    return accept("international", fmt::format("+{}", digits));
}

NumberReading read_with_country(std::string_view digits) {
    if (digits.empty() || digits == "82") return reject("empty", "no number");
    return digits.starts_with("82") ? read_korean(digits.substr(2)) : read_international(digits);
}

NumberReading read_with_prefix(std::string_view digits) {
    // 0082 is how +82 is written in most countries; 008 is also a Korean carrier.
    if (digits.starts_with("0082"))
        if (NumberReading r = read_korean(digits.substr(4)); r.number) return r;
    if (starts_with_any(digits, {"00308", "00368", "00798"}))
        return reject("tollfree-domestic", "cannot be dialled from abroad");
    for (std::string_view prefix : international_prefixes)
        if (prefix.size() > 2 && digits.starts_with(prefix))
            return read_with_country(digits.substr(prefix.size()));
    return reject("invalid", "no such prefix for calls abroad: write + and the country code");
}

NumberReading read_domestic(std::string_view digits) {
    if (digits.starts_with("82") && digits.size() >= 10 && digits.size() <= 14)
        return read_korean(digits.substr(2));
    if (digits.starts_with('0')) return read_korean(digits);
    if (representative(digits)) return read_korean(digits);
    if (starts_with_any(digits, {"15", "16", "18"}))
        return reject("length", "15xx, 16xx and 18xx numbers have 8 digits");
    if (digits.starts_with("10") && digits.size() == 10)
        return confirm("mobile", fmt::format("+82{}", digits),
                       fmt::format("the leading 0 is missing: understood as 0{}", digits));
    return reject("ambiguous", "no area code: write it in full, such as 02-123-4567");
}

// --- what may not stand between the digits ---

bool extension_at(std::string_view text, std::size_t at) {
    std::string rest = to_lower(text.substr(at));
    return starts_with_any(rest, {",", "#", ";ext", "ext", "x", "내선", "구내"});
}

NumberReading reject_character(std::string_view text, std::size_t at) {
    if (extension_at(text, at))
        return reject("extension", "give an extension separately, as digits to send");
    char c = text[at];
    if (is_ascii_alnum(c)) return reject("letters", fmt::format("letter '{}' in the number", c));
    CodePoint offending = first_code_point(text.substr(at));
    return reject("syntax",
                  fmt::format("'{}' in the number", printable(text.substr(at, offending.size))));
}

NumberReading reject_without_digits(std::string_view text) {
    bool words = std::any_of(text.begin(), text.end(), is_ascii_alnum);
    return words ? reject("not-a-number", "not a number") : reject("empty", "no number");
}

}  // namespace

NumberReading read_number(std::string_view typed) {
    std::string whole = to_plain(typed);
    std::string_view text = trim(whole);
    if (to_lower(text.substr(0, 4)) == "tel:") text = trim(text.substr(4));
    std::string digits = digits_of(text);
    if (digits.empty()) return reject_without_digits(text);
    if (Code code = worst_code(digits); code != Code::none) return reject_code(code);
    if (starts_with_any(to_lower(text), {"sip:", "client:"}))
        return reject("not-a-number", "not a number");

    bool plus = text.starts_with('+');
    std::size_t odd = text.find_first_not_of("0123456789 -.()", plus ? 1 : 0);
    if (odd != std::string_view::npos) return reject_character(text, odd);
    NumberReading reading = plus                       ? read_with_country(digits)
                            : digits.starts_with("00") ? read_with_prefix(digits)
                                                       : read_domestic(digits);
    // Once more on what would be dialled, whatever the steps above have made of it.
    if (reading.number)
        if (Code code = worst_code(digits_of(reading.number->str())); code != Code::none)
            return reject_code(code);
    return reading;
}

Result<PhoneNumber> PhoneNumber::parse(std::string_view typed) {
    NumberReading reading = read_number(typed);
    if (reading.number) return *std::move(reading.number);
    return Error{Errc::data,
                 fmt::format("\"{}\": {}", printable(utf8_prefix(to_utf8(trim(typed)), 40)),
                             reading.remark)};
}

std::string PhoneNumber::national() const {
    if (!e164_.starts_with("+82")) return e164_;
    std::string_view number = std::string_view(e164_).substr(3);
    std::string_view last = number.substr(number.size() - 4);
    if (representative(number)) return fmt::format("{}-{}", number.substr(0, 4), last);
    std::size_t area = number.starts_with('2') ? 1 : 2;
    return fmt::format("0{}-{}-{}", number.substr(0, area),
                       number.substr(area, number.size() - area - 4), last);
}

}  // namespace pa
