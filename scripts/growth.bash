# Sourced by scripts/bench: one daemon alone, by the size of its vault and by the rate of its load.
# shellcheck shell=bash disable=SC2154

resident_kib() { awk '/^VmRSS/ { print $2 }' "/proc/$daemon_pid/status"; }

# metric NAME: its value now.
metric() {
    curl -sf --unix-socket "$run/vault/admin.sock" http://localhost/metrics |
        awk -v name="$1" '$1 == name { print $2 }'
}

# verify FLAGS: one load of the daemon; its JSON line.
verify() {
    "$programs/strongroom-bench" verify --socket "$run/vault/gateway.sock" --seconds "$seconds" --json "$@"
}

serve() { start_daemon "$work/vault" "$run/vault" "$work/log" --unseal "key-file:$work/vault.key" "$@"; }

# timed COMMAND: runs it, and leaves the milliseconds that it took in `took`.
timed() {
    local started_at
    started_at=$(date +%s%N)
    "$@"
    took=$((($(date +%s%N) - started_at) / 1000000))
}

# Takes the vault's files out of the kernel's memory, so that the start reads them from the disk.
forget_pages() {
    local file
    for file in "$work"/vault/* "$work"/vault/audit/*; do
        [[ ! -f $file ]] || dd of="$file" oflag=nocache conv=notrunc,fdatasync count=0 status=none
    done
}

# The opposite, as far as there is room.
read_pages() { cat "$work/vault/strongroom.db" >/dev/null; }

seed() {
    "$programs/strongroom-bench" seed --data "$work/vault" --tokens "$1" --sample "$1" \
        --unseal "key-file:$work/vault.key" --token-file "$work/tokens" 2>&1 | sed 's/^/  /' >&2
}

# What the daemon does with its usual cache: random tokens, then one again and again.
measure_throughput() {
    local asked_before misses_before hot
    head -n 1 "$work/tokens" >"$work/token"
    asked_before=$(metric strongroom_requests_total)
    misses_before=$(metric strongroom_cache_misses_total)
    random=$(verify --connections 64 --token-file "$work/tokens")
    misses=$(($(metric strongroom_cache_misses_total) - misses_before))
    asked=$(($(metric strongroom_requests_total) - asked_before))
    after_kib=$(resident_kib)
    settle
    hot=$(verify --connections 64 --token-file "$work/token")
    hot_rate=$(jq .requests_per_second <<<"$hot")
}

# With room for 1638 records, the least there is, nearly every question is one for the database: where
# there are not many more tokens than that, the figure is none.
measure_misses() {
    local missed
    serve --cache_bytes $((1 << 20))
    misses_alone=$(verify --connections 1 --token-file "$work/tokens")
    missed=$(metric strongroom_cache_misses_total)
    misses_alone=$(jq -c --argjson missed "$missed" \
        'if $missed < 0.9 * .answers then .p50_us = null | .p99_us = null else . end' <<<"$misses_alone")
    hits_alone=$(verify --connections 1 --token-file "$work/token")
    settle
    stop_daemon TERM
}

# growth_of TOKENS: one line of JSON.
growth_of() {
    local tokens=$1 took seed_ms start_ms cold_ms idle_kib after_kib random misses asked hot_rate misses_alone
    local cold hits_alone bytes sealed segment_bytes
    rm -rf "$work/vault" "$work/vault.key" "$work/tokens"
    mkdir -p "$run/vault"
    echo "making $tokens tokens" >&2
    timed seed "$tokens"
    seed_ms=$took
    bytes=$(stat -c %s "$work/vault/strongroom.db")
    forget_pages
    timed serve
    cold_ms=$took
    cold=$(verify --connections 64 --token-file "$work/tokens")
    stop_daemon TERM
    read_pages
    timed serve
    start_ms=$took
    sleep 1
    idle_kib=$(resident_kib)
    measure_throughput
    settle
    sealed=$(metric strongroom_audit_sealed_size)
    segment_bytes=$(du -bs "$work/vault/audit" | awk '{ print $1 }')
    stop_daemon TERM
    measure_misses
    jq -nc --argjson tokens "$tokens" --argjson seed_ms "$seed_ms" --argjson cold_ms "$cold_ms" \
        --argjson start_ms "$start_ms" --argjson idle_kib "$idle_kib" --argjson after_kib "$after_kib" \
        --argjson cold "$cold" --argjson random "$random" --argjson asked "$asked" --argjson misses "$misses" \
        --argjson hot "$hot_rate" --argjson alone "$misses_alone" --argjson hits "$hits_alone" \
        --argjson bytes "$bytes" --argjson sealed "$sealed" --argjson segments "${segment_bytes:-0}" \
        '{tokens: $tokens, seed_s: ($seed_ms / 1000), start_cold_ms: $cold_ms, start_ms: $start_ms,
          idle_mib: ($idle_kib / 1024 | round), loaded_mib: ($after_kib / 1024 | round),
          random_cold_per_second: ($cold.requests_per_second | round),
          random_per_second: ($random.requests_per_second | round), hit_rate: (1 - $misses / $asked),
          hot_per_second: ($hot | round), random_to_hot: ($random.requests_per_second / $hot),
          miss_p50_us: $alone.p50_us, miss_p99_us: $alone.p99_us, hit_p50_us: $hits.p50_us,
          hit_p99_us: $hits.p99_us, database_bytes: $bytes, bytes_per_token: ($bytes / $tokens | round),
          sealed_bytes_per_record: (if $sealed > 0 then $segments / $sealed | round else null end)}'
}

# growth SIZES: the table and the lines.
growth() {
    local size
    # Not through a pipe: the daemon has to be this shell's own to be ended with it.
    for size in ${1//,/ }; do growth_of "$size" >>"$results"; done
    jq -sr '"| tokens | made in | start, from the disk | start | memory idle | after the load | random/s, from the disk | random/s " +
        "| of them from the cache | one token/s | random to one | miss p50, p99 | hit p50, p99 | database | a token " +
        "| sealed record |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
        (.[] | "| \(.tokens) | \(.seed_s | round) s | \(.start_cold_ms) ms | \(.start_ms) ms | \(.idle_mib) MiB " +
        "| \(.loaded_mib) MiB | \(.random_cold_per_second) | \(.random_per_second) | \(.hit_rate * 100 | round) % | \(.hot_per_second) " +
        "| \(.random_to_hot * 100 | round / 100) " +
        "| \(if .miss_p50_us then "\(.miss_p50_us | round), \(.miss_p99_us | round) us" else "-" end) " +
        "| \(.hit_p50_us | round), \(.hit_p99_us | round) us | \(.database_bytes / 1e6 | round) MB " +
        "| \(.bytes_per_token) bytes | \(.sealed_bytes_per_record // "-") bytes |")' "$results"
    echo
    cat "$results"
}

# The most that a closed loop gets through, then parts of it that nobody's answer holds up.
open_loop() {
    local most rate percent
    new_vault "$work/vault" "$run/vault" "$work/token"
    verify --connections 256 --token-file "$work/token" | jq -c '. + {percent: null}' | tee "$results" >&2
    most=$(jq '.requests_per_second | floor' "$results")
    for percent in 25 50 75; do
        settle
        rate=$((most * percent / 100))
        verify --connections 256 --token-file "$work/token" --rate "$rate" |
            jq -c --argjson percent "$percent" '. + {percent: $percent}' | tee -a "$results" >&2
    done
    jq -sr '"| load, 256 connections | due each second | answered each second | p50 | p99 | p99.9 |",
        "|---|---|---|---|---|---|",
        (.[] | "| \(if .percent then "open loop, \(.percent) %" else "closed loop" end) | \(.rate // "-") " +
        "| \(.requests_per_second | round) | \(.p50_us | round) us | \(.p99_us | round) us " +
        "| \(.p999_us | round) us |")' "$results"
    echo
    cat "$results"
}
