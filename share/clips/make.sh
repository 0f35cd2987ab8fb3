#!/bin/sh
# Speaks the clips again: espeak-ng says them, sox makes 8 kHz mu-law of them. Not part of the build;
# the clips are in the repository so that nothing need be synthesised to run. Needs espeak-ng, sox.
#
# To add a clip add a line to the table below: id, who, language, text, separated by '|'.
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

table() {
    cat <<'END'
hello|caller|ko|여보세요?
slept-well|caller|ko|응, 잘 잤어.
wake-me|caller|ko|내일 아침 7시에 모닝콜 해줘.
milk|caller|ko|마트에서 우유 사와야 해.
meeting|caller|ko|다음 주 월요일에 회의 있어.
meeting-tomorrow|caller|ko|내일 오전 10시에 회의 있어.
call-later|caller|ko|나중에 다시 전화해줘.
weather|caller|ko|오늘 날씨 어때?
not-that|caller|ko|잠깐만, 그게 아니라.
um|caller|ko|음.
right|caller|ko|응, 맞아.
thanks-bye|caller|ko|고마워, 이제 끊을게.
took-medicine|caller|ko|약 먹었어.
no-thanks|caller|ko|아니, 괜찮아.
alright|caller|ko|그래, 알았어.
what-todo|caller|ko|오늘 할 일이 뭐가 있지?
tell-story|caller|ko|재미있는 얘기 하나 해줘.
voicemail|caller|ko|지금은 전화를 받을 수 없습니다. 삐 소리가 난 뒤에 말씀을 남겨 주세요.
beep|caller|tone|삐
hello-en|caller|en-us|Hello?
wake-me-en|caller|en-us|Please wake me at seven tomorrow morning.
bye-en|caller|en-us|Thank you, good bye.
greet-morning|agent|ko|좋은 아침! 나 하나야. 잘 잤어?
greet-inbound|agent|ko|안녕, 나 하나야. 무슨 일이야?
greet-plain|agent|ko|여보세요, 하나예요.
good-sleep|agent|ko|다행이다. 오늘 뭐 부탁할 거 있어?
ok-wake|agent|ko|좋아, 내일 아침 7시에 깨워줄게.
ok-milk|agent|ko|우유, 적어뒀어. 잊지 않게 챙겨줄게.
ok-meeting|agent|ko|월요일 회의, 달력에 넣어둘게.
ok-tomorrow|agent|ko|내일 회의, 달력에 넣어둘게.
ok-call-later|agent|ko|알았어, 이따가 다시 전화할게.
weather-long|agent|ko|오늘은 아침에 조금 쌀쌀하고, 낮에는 해가 나서 꽤 따뜻해질 거야. 오후 늦게부터는 구름이 많아지고 저녁에는 비가 조금 올 수도 있으니까 우산을 챙겨 가는 게 좋겠어. 바람은 별로 없어.
story-long|agent|ko|옛날 어느 마을에 아침마다 늦잠을 자는 호랑이가 살았어. 호랑이는 까치에게 날마다 깨워 달라고 부탁했는데, 까치도 늦잠을 자는 바람에 둘 다 한낮이 되어서야 일어나곤 했대.
todo-long|agent|ko|오늘은 먼저 은행에 들러야 하고, 점심에는 동생을 만나기로 했고, 오후에는 보고서를 마무리해야 하고, 저녁에는 운동을 가기로 되어 있어.
go-on|agent|ko|응, 말해봐.
i-see|agent|ko|그렇구나. 또 뭐 있어?
as-you-like|agent|ko|그래, 네가 편한 대로 해.
glad-medicine|agent|ko|잘했어, 약 먹었구나.
ask-medicine|agent|ko|약 먹었어?
still-there|agent|ko|여보세요? 듣고 있어?
sorry-cut|agent|ko|미안, 잠깐 끊겼지? 계속 말해줘.
goodbye|agent|ko|그래, 좋은 하루 보내. 끊을게.
time-is-up|agent|ko|미안, 이제 끊어야 해. 다음에 또 얘기하자.
leave-message|agent|ko|안녕하세요, 하나입니다. 다시 전화드리겠습니다.
greet-en|agent|en-us|Good morning! This is Hana. How are you?
ok-wake-en|agent|en-us|Sure, I will wake you at seven.
goodbye-en|agent|en-us|Have a nice day. Good bye.
END
}

# Two voices: the caller's low and a little slower, the agent's high. Pauses inside a clip are cut to
# 0.15 s, so that no pause can be taken for the end of a turn.
speak() {
    case $2 in
        caller) pitch=30 speed=175 ;;
        agent) pitch=75 speed=200 ;;
    esac
    case $3 in
        tone) sox -n -r 22050 "$scratch/in.wav" synth 0.6 sine 1000 ;;
        *) espeak-ng -v "$3" -p $pitch -s $speed -w "$scratch/in.wav" "$4" ;;
    esac
    sox "$scratch/in.wav" -r 8000 -c 1 -b 16 "$scratch/8k.wav" norm -6
    sox "$scratch/8k.wav" -e mu-law -t raw "$1.ul" \
        silence 1 0.02 1% reverse silence 1 0.02 1% reverse silence -l 1 0.02 1% -1 0.15 1%
}

first=yes
{
    echo '['
    table | while IFS='|' read -r id who lang text; do
        speak "$id" "$who" "$lang" "$text" </dev/null
        [ $first = yes ] || echo ','
        first=no
        [ "$lang" = tone ] && lang=ko
        printf '  {"id": "%s", "who": "%s", "lang": "%s", "file": "%s.ul", "text": "%s"}' \
            "$id" "$who" "${lang%%-*}" "$id" "$text"
    done
    echo
    echo ']'
} > clips.json
