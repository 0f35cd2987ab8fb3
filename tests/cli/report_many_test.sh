# pa-report of ten thousand calls keeps to the processor's time and the memory that make bench-report prints.
if ldd "$(command -v pa-report)" | grep -q 'lib[at]san'; then
    echo "skipped: time and memory of ten thousand calls, under a sanitizer"
    exit 0
fi
. ./report_bench.sh
