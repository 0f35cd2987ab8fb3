# A world put together as pa-sim(1) says, from what the simulators tell and nothing else, and a call in it.
. ./lib.sh
says() { printf '%s\n' "$ready" | field "$1"; }
start ngrok pa-sim ngrok --to 0 --certificates "$T/certificates"
ngrok_url=$(says url) port=$(says local_port)
SSL_CERT_FILE=$(says ca_file)
export SSL_CERT_FILE
start openai pa-sim openai --scenario short
openai_url=$(says url)
start twilio pa-sim twilio --scenario short
twilio_url=$(says url) account=$(says account_sid) number_sid=$(says number_sid) token=simulated-auth-token
make_agent
pipeline
status 0 pa-doctor -q
status 0 pa-dial --wait
check "how it ended" "$(tail -n 1 "$T/out")" answered
status 0 pa-report
contains "the call" "$(out)" "to 010-0000-1234 (owner)"

# Somebody else's certificate: Twilio does not get through, so nobody was talked with, though somebody answered.
kill "$pid"
eventually 5 gone "$pid"
port=$(printf '%s\n' "$twilio_url" | sed 's/.*://')
start stranger env SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt pa-sim twilio --scenario short --port "$port"
status 13 pa-dial --wait
contains "what became of it" "$(err)" "the bridge has no log of it"
contains "why" "$(err)" "certificate of localhost not trusted"
