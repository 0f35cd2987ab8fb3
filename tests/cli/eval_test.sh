# What pa-extract's checks make of a model's answers, flawed ones too, which pa-sim gives from the corpus:
# share/doc/extraction.md.
. ./lib.sh
make_agent

eval=$(dirname "$(command -v pa-sim)")/../tests/eval/eval_extract
status 0 "$eval" --print-answers
cp "$T/out" "$T/answers"
start model pa-sim openai --answers "$T/answers"
setting "OPENAI_BASE_URL=$(printf '%s\n' "$ready" | field url)"

# Every call comes out as the corpus says, be it right or with the flaw that no check can see.
status 0 "$eval" --strict --record "$T/recorded"
contains "the table" "$(out)" "after our checks"
[ -z "${PA_EVAL_TABLE:-}" ] || out >"$PA_EVAL_TABLE"
check "answers kept" "$(wc -l <"$T/recorded" | tr -d ' ')" "$(wc -l <"$T/answers" | tr -d ' ')"
check "in the form that pa-sim reads" "$(json "$T/recorded" '$d->{match}[0]' | head -n 1)" \
    "$(json "$T/answers" '$d->{match}[0]' | head -n 1)"

# What nobody recorded is told, and so is a file that holds no answers.
status 64 "$eval" no-such-theme
grep -v '2026-02-28T23:49:32' "$T/answers" >"$T/fewer"
start fewer pa-sim openai --answers "$T/fewer"
setting "OPENAI_BASE_URL=$(printf '%s\n' "$ready" | field url)"
status 69 "$eval" corrections
contains "which call" "$(err)" "corrections/eight, not seven"
contains "why" "$(err)" "No answer was recorded"
echo '{"match":[]}' >"$T/none"
status 65 pa-sim openai --answers "$T/none"
contains "the line" "$(err)" "none:1"
