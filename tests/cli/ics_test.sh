#!/bin/sh
# What pa-act writes into calendar/, read by a library that is not ours (Debian: python3-icalendar).
. ./lib.sh
. ./act_lib.sh

# Debian's library belongs to Debian's python, which need not be the first one.
python=
for p in python3 /usr/bin/python3; do
    [ -n "$python" ] || ! "$p" -c 'import icalendar' 2>/dev/null || python=$p
done
if [ -z "$python" ]; then
    echo "skipped: python3-icalendar is not installed"
    exit 0
fi

# In each zone an event by the clock on the wall, and the same instant in UTC.
while IFS='|' read -r id zone due utc repeat title; do
    printf 'MY_PHONE=+821000001234\nTIMEZONE=%s\n' "$zone" >"$agent/.env"
    request "$id" calendar "$title" "\"$due\"" "$repeat" | pa-act >"$T/out" 2>"$T/err" || fail "$id: $(err)"
    "$python" - "$agent/calendar/$id.ics" "$utc" "$title" >"$T/seen" 2>"$T/err" <<'PY' || fail "$id: $(err)"
import sys, icalendar, datetime
path, utc, title = sys.argv[1:]
data = open(path, "rb").read()
for line in data.split(b"\r\n"):
    assert len(line) <= 75, line
    assert b"\n" not in line
    line.decode("utf-8")
calendar = icalendar.Calendar.from_ical(data)
assert not calendar.is_broken if hasattr(calendar, "is_broken") else True
assert calendar["VERSION"] == "2.0" and calendar["PRODID"]
events = calendar.walk("VEVENT")
assert len(events) == 1
event = events[0]
assert not event.errors, event.errors
assert event["UID"] and event["DTSTAMP"].dt.tzinfo is not None
assert str(event["SUMMARY"]) == title, event["SUMMARY"]
start = event["DTSTART"].dt
zones = {str(z["TZID"]): z for z in calendar.walk("VTIMEZONE")}
named = event["DTSTART"].params["TZID"]
# The zone's own rules, not those of this machine.
by_file = zones[named].to_tz().localize(start.replace(tzinfo=None)) if hasattr(zones[named].to_tz(), "localize") \
    else start.replace(tzinfo=zones[named].to_tz())
seen = by_file.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
assert seen == utc, seen
print(event["RRULE"].to_ical().decode() if "RRULE" in event else "once")
PY
    checks=$((checks + 1))
    case $repeat in
        null) check "$id: comes once" "$(cat "$T/seen")" once ;;
        *) contains "$id: repeats" "$(cat "$T/seen")" "FREQ=" ;;
    esac
done <<'EVENTS'
seoul|Asia/Seoul|2099-03-02T10:00:00+09:00|2099-03-02T01:00:00Z|null|회의; 예산, 기타 그리고 아주 긴 제목이라서 한 줄에 다 들어가지 않고 접혀야 하는 것
summer|Europe/Berlin|2027-07-01T10:00:00+02:00|2027-07-01T08:00:00Z|"weekly"|Zahnarzt
winter|Europe/Berlin|2027-12-01T10:00:00+01:00|2027-12-01T09:00:00Z|"monthly"|Miete 😀
york|America/New_York|2027-03-14T03:30:00-04:00|2027-03-14T07:30:00Z|"weekdays"|after the change
york2|America/New_York|2027-11-07T12:00:00-05:00|2027-11-07T17:00:00Z|"daily"|the day the clocks go back
south|Australia/Sydney|2027-01-31T09:00:00+11:00|2027-01-30T22:00:00Z|"weekends"|summer in January
half|Asia/Kolkata|2027-01-31T09:00:00+05:30|2027-01-31T03:30:00Z|null|half an hour
utc|UTC|2027-01-31T09:00:00Z|2027-01-31T09:00:00Z|null|none
EVENTS
