#include "agent/phrases.hpp"

namespace pa::agent {
namespace {

constexpr Phrases korean = {
    "ko-KR",
    "죄송합니다. 지금은 연결이 되지 않아 통화를 할 수 없어요. 잠시 후에 다시 걸어 주세요.",
    "죄송합니다. 지금은 다른 통화 중이라 받을 수 없어요. 잠시 후에 다시 걸어 주세요.",
    "죄송합니다. 연결이 끊어져서 통화를 마쳐야 해요. 나중에 다시 이야기해요.",
    "잠시만요, 연결을 다시 하고 있어요.",
    "이 통화는 녹음됩니다.",
    "녹음",
    "상대가 조용하다. 지금까지와 같은 말투로, 한국어로, 듣고 있는지 한마디로 물어봐. "
    "예: \"여보세요? 듣고 있어?\" 존댓말로 이야기하고 있었다면 존댓말로.",
    "상대가 아직도 조용하다. 같은 말투로, 한국어로, 내 말이 들리는지 한 번만 더 짧게 물어봐.",
    "상대가 계속 대답이 없다. 같은 말투로, 한국어로, 나중에 다시 이야기하자고 한 문장으로 인사해. "
    "질문은 하지 마.",
    "통화할 수 있는 시간이 다 됐다. 같은 말투로, 한국어로, 이제 끊어야 한다고 말하고 한두 문장으로 "
    "작별 인사를 해. 새 이야기나 질문은 하지 마.",
    "이제 통화를 마쳐야 한다. 같은 말투로, 한국어로, 오늘은 여기까지 하자고 말하고 한두 문장으로 "
    "작별 인사를 해. 비용 이야기나 질문은 하지 마.",
    "지금 통화를 마쳐야 한다. 같은 말투로, 한국어로, 미안하지만 이제 끊는다고 한 문장으로 인사해. "
    "질문은 하지 마.",
    "통화가 잠깐 끊겼다가 다시 이어졌다. 같은 말투로, 한국어로, \"잠깐 끊겼어\"처럼 한마디 하고 "
    "하던 이야기를 이어가.",
    "방금 다른 언어로 말했다. 지금부터는 한국어로만 말해. 사과는 하지 말고, 하려던 말을 한국어로 "
    "다시 해.",
    "같은 말투로, 한국어로, \"잠깐만\"처럼 한마디만 해. 결과를 짐작해서 말하지 마.",
    "다음 따옴표 안의 말을 글자 그대로, 더하거나 빼지 말고 지금 그대로 말해. 다른 말은 하지 마:",
    "이 통화를 지켜보는 주인이 너에게만 하는 말이다. 상대에게 읽어 주지 말고 지금부터 이대로 해:",
    "상대를 다른 사람에게 연결하려 했지만 연결되지 않았다. 같은 말투로, 한국어로, 연결이 안 됐다고 "
    "한 문장으로 말하고 어떻게 할지 물어봐.",
};

constexpr Phrases english = {
    "en-US",
    "I am sorry, I cannot take this call right now. Please try again in a few minutes.",
    "I am sorry, all lines are busy. Please try again in a few minutes.",
    "I am sorry, the connection was lost and I have to end this call. Talk to you later.",
    "One moment please, I am reconnecting.",
    "This call is recorded.",
    "recorded",
    "The other person is silent. In the language and manner of the conversation so far, ask in a "
    "few "
    "words whether they are still there.",
    "The other person is still silent. In the same language and manner, ask once more, shortly, "
    "whether they can hear you.",
    "There is still no answer. In the same language and manner, say in one sentence that you will "
    "talk another time, and goodbye. Ask nothing.",
    "The time for this call is over. In the same language and manner, say that you have to go now "
    "and say goodbye in one or two sentences. Start nothing new and ask nothing.",
    "The call has to end now. In the same language and manner, wrap up and say goodbye in one or "
    "two "
    "sentences. Do not mention money and ask nothing.",
    "The call has to end now. In the same language and manner, say in one sentence that you are "
    "sorry but have to hang up. Ask nothing.",
    "The call dropped for a moment and is back. In the same language and manner, say so in a few "
    "words and go on with what you were talking about.",
    "You just spoke another language. From now on speak only the language your instructions name. "
    "Do not apologise; say again in it what you wanted to say.",
    "In the same language and manner, say only a few words such as \"one moment\". Do not guess "
    "the "
    "result.",
    "Say now exactly what follows in quotes, word for word, in its own language, adding and "
    "leaving "
    "out nothing, and say nothing else:",
    "The operator who watches this call tells you, and only you, the following. Do not read it "
    "out; "
    "act on it from now on:",
    "The other person was to be put through to somebody else, who did not answer. In the same "
    "language and manner, say so in one sentence and ask how to go on.",
};

}  // namespace

const Phrases& phrases(std::string_view language) { return language == "ko" ? korean : english; }

}  // namespace pa::agent
