# Sourced by check and test: runs checks, goes on after a failure, and counts.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
counts=$root/.build/counts
passed=0
failed=0

# check NAME COMMAND...: one check of the script's own.
check() {
    local name=$1
    shift
    printf '\n== %s\n' "$name"
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $name" >&2
    fi
}

# swift_tests NAME ARGUMENTS...: `swift test`, counted by its own closing lines.
swift_tests() {
    local name=$1 output status=0 total bad
    shift
    printf '\n== %s\n' "$name"
    output=$(mktemp)
    swift test --package-path "$root" "$@" 2>&1 | tee "$output" || status=$?
    total=$(sed -nE 's/.*Test run with ([0-9]+) tests?.*/\1/p' "$output" |
        awk '{ sum += $1 } END { print sum + 0 }')
    bad=$(grep -cE '^. Test .* failed after ' "$output" || true)
    bad=$((bad - $(grep -cE '^. Test run with .* failed after ' "$output" || true)))
    rm -f "$output"
    # A runner that died, or ran nothing, is a failure that no line counts.
    if ((total == 0 || (status != 0 && bad == 0))); then bad=$((bad + 1)); fi
    passed=$((passed + (total > bad ? total - bad : 0)))
    failed=$((failed + bad))
}

# conclude: the counts as the last line and in a file; the status says whether all passed.
conclude() {
    mkdir -p "$root/.build"
    printf '%d passed, %d failed\n' "$passed" "$failed" | tee "$counts"
    ((failed == 0))
}

# count_in COMMAND...: runs a script that counts for itself and takes its counts over.
count_in() {
    local more_passed=0 more_failed=1 status=0
    rm -f "$counts"
    "$@" || status=$?
    # One that ended before it had counted has failed.
    [[ ! -s $counts ]] || read -r more_passed _ more_failed _ <"$counts"
    if ((status != 0 && more_failed == 0)); then more_failed=1; fi
    passed=$((passed + more_passed))
    failed=$((failed + more_failed))
}
