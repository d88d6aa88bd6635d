# Sourced by scripts/bench: what a modest caller waits for beside floods.
# shellcheck shell=bash disable=SC2154

# modest ID: what the modest caller waits for at the moment.
modest() {
    "$programs/strongroom-bench" verify --socket "$run/vault/gateway.sock" --token-file "$work/token" \
        --connections 4 --seconds "$seconds" --json |
        jq -c --arg id "$1" '{id: $id, value: .requests_per_second, p50_us, p99_us}' | tee -a "$results" >&2
}

# beside ID VERB SOCKET [flags]: the modest caller beside a flood.
beside() {
    local id=$1 verb=$2 socket=$3 flood
    shift 3
    "$programs/strongroom-bench" "$verb" --socket "$socket" --seconds $((seconds + 4)) "$@" >"$work/flood" &
    flood=$!
    others+=("$flood")
    sleep 1
    modest "$id"
    kill "$flood" 2>/dev/null || true
    wait "$flood" 2>/dev/null || true
    settle
}

# The other organization's integration token, for a flood of its own.
second_tenant() {
    local admin=(curl -sf --unix-socket "$run/vault/admin.sock")
    "${admin[@]}" --json '{"name":"flood"}' http://localhost/v1/operator/organizations |
        jq -r '"Authorization: Bearer " + .result.token.primary.access.secret' >"$work/flood.header"
    "${admin[@]}" --header "@$work/flood.header" --json '{"name":"a"}' http://localhost/v1/accounts >/dev/null
    "${admin[@]}" --header "@$work/flood.header" --json '{"name":"i","provider":"jira","credential":
        {"type":"basic","username":"robot","secret":"not-a-real-one"}}' http://localhost/v1/integrations/a |
        jq -r .result.token.primary.access.secret >"$work/token-flood"
}

measure_fairness() {
    local gateway=$run/vault/gateway.sock flood=(--token-file "$work/token-flood") round
    second_tenant
    for ((round = 1; round <= rounds; round++)); do
        echo "round $round of $rounds" >&2
        modest alone
        # What two loads on the same processors cost one another, whoever serves the flood.
        beside nginx get "$run/nginx.sock" --connections 64 --pipeline 64
        beside pipelined-1 verify "$gateway" "${flood[@]}" --connections 1 --pipeline 256
        beside pipelined-64 verify "$gateway" "${flood[@]}" --connections 64 --pipeline 64
        beside single-256 verify "$gateway" "${flood[@]}" --connections 256
        beside credential-64 credential "$gateway" "${flood[@]}" --connections 64
    done
    # shellcheck disable=SC2016
    jq -rs 'def median: sort | .[(length - 1) / 2 | floor];
        (map(select(.id == "alone").p99_us) | median) as $alone
        | "| beside | p50 | p99 | p99 to p99 alone |", "|---|---|---|---|",
        (group_by(.id) | sort_by(map(.p99_us) | median) | .[]
        | (map(.p99_us) | median) as $p99
        | "| \(.[0].id) | \(map(.p50_us) | median | round) us | \($p99 | round) us | \($p99 / $alone * 100 | round / 100) |")' \
        "$results"
}
