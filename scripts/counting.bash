# Sourced by check and test: runs checks, goes on after a failure, and counts.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
counts=$root/.build/counts
passed=0
failed=0
# What could not be tried here, and why; it is neither passed nor failed.
not_run=()

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
    local name=$1 output status=0 total bad skipped
    shift
    printf '\n== %s\n' "$name"
    output=$(mktemp)
    swift test --package-path "$root" "$@" 2>&1 | tee "$output" || status=$?
    total=$(sed -nE 's/.*Test run with ([0-9]+) tests?.*/\1/p' "$output" |
        awk '{ sum += $1 } END { print sum + 0 }')
    bad=$(grep -cE '^. Test .* failed after ' "$output" || true)
    bad=$((bad - $(grep -cE '^. Test run with .* failed after ' "$output" || true)))
    # They are in the runner's total as well.
    mapfile -t skipped < <(sed -nE -e 's/^[^ ]+ Test (.+) skipped: "(.*)"$/\1: \2/p' \
        -e 's/^[^ ]+ Test (.+) skipped\.$/\1/p' "$output")
    not_run+=("${skipped[@]}")
    total=$((total - ${#skipped[@]}))
    rm -f "$output"
    # A runner that died, or ran nothing, is a failure that no line counts.
    if ((total <= 0 || (status != 0 && bad == 0))); then bad=$((bad + 1)); fi
    passed=$((passed + (total > bad ? total - bad : 0)))
    failed=$((failed + bad))
}

# conclude: what was not run, then the counts as the last line; both in a file for who counts us in.
# The status says whether all passed.
conclude() {
    mkdir -p "$root/.build"
    ((${#not_run[@]} == 0)) || printf 'not run: %s\n' "${not_run[@]}"
    printf '%d passed, %d failed\n' "$passed" "$failed" | tee "$counts"
    ((${#not_run[@]} == 0)) || printf 'not run: %s\n' "${not_run[@]}" >>"$counts"
    ((failed == 0))
}

# count_in COMMAND...: runs a script that counts for itself and takes its counts over.
count_in() {
    local more_passed=0 more_failed=1 status=0 more
    rm -f "$counts"
    "$@" || status=$?
    # One that ended before it had counted has failed.
    if [[ -s $counts ]]; then
        read -r more_passed _ more_failed _ <"$counts"
        mapfile -t more < <(sed -n 's/^not run: //p' "$counts")
        not_run+=("${more[@]}")
    fi
    if ((status != 0 && more_failed == 0)); then more_failed=1; fi
    passed=$((passed + more_passed))
    failed=$((failed + more_failed))
}
