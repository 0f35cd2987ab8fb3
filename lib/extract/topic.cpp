#include "extract/topic.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace pa::extract {
namespace {

constexpr std::string_view waking[] = {"모닝콜", "깨우", "깨워", "깨울",        "기상",
                                       "일어나", "wake", "waki", "morning call"};
// Of time, of asking, of noting down, of saying no.
constexpr std::string_view general[] = {
    "내일",     "오늘",   "모레",    "아침",   "저녁",    "오전",     "오후",  "점심",   "그냥",
    "아까",     "그거",   "그건",    "이제",   "하지",    "해도",     "취소",  "필요",   "괜찮",
    "아니",     "해줘",   "해주",    "다시",   "알려",    "적을",     "적어",  "없어",   "없다",
    "달라",     "나중",   "됐어",    "됐다",   "됐고",    "그만",     "안해",  "이거",   "이건",
    "말해",     "생각",   "보니",    "하기",   "꺼는",    "거는",     "것도",  "그래",   "근데",
    "그리",     "돼요",   "되겠",    "나한",   "저한",    "내가",     "제가",  "cancel", "please",
    "tomorrow", "today",  "tonight", "that",   "about",   "actually", "never", "mind",   "forget",
    "don't",    "dont",   "need",    "have",   "anymore", "after",    "just",  "will",   "with",
    "wait",     "thanks", "thank",   "bother", "it's",    "this",     "what",  "said",   "morning",
    "evening",  "remind", "reminder"};

bool about_waking(std::string_view word) {
    return std::any_of(std::begin(waking), std::end(waking),
                       [&](std::string_view w) { return word.starts_with(w); });
}

bool says_nothing(std::string_view word) {
    return std::any_of(std::begin(general), std::end(general), [&](std::string_view w) {
        return static_cast<unsigned char>(w[0]) >= 0x80 ? word.starts_with(w) : word == w;
    });
}

}  // namespace

std::vector<std::string> topics_of(std::string_view words) {
    std::vector<std::string> topics;
    std::string text = to_lower(words);
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x80 && !is_ascii_alnum(c) && c != '\'') c = ' ';
    for (std::string_view word : split(text, ' ')) {
        if (about_waking(word)) {
            topics.emplace_back("wake");
            continue;
        }
        bool ascii = !word.empty() && static_cast<unsigned char>(word[0]) < 0x80;
        std::size_t least = ascii ? 4 : 2;
        if (says_nothing(word) || utf8_length(word) < least) continue;
        topics.emplace_back(utf8_prefix(word, least));
    }
    return topics;
}

std::vector<std::string_view> clauses_of(std::string_view words) {
    std::vector<std::string_view> clauses;
    while (!words.empty()) {
        std::size_t end = std::min(words.find_first_of(".,!?~;"), words.size());
        if (auto clause = trim(words.substr(0, end)); !clause.empty()) clauses.push_back(clause);
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return clauses;
}

}  // namespace pa::extract
