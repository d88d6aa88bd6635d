# Sourced by the other scripts: building the programs, and a daemon of one's own.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
programs=$root/.build/release
daemon_pid=

# Optimized, with the runtime linked in: what would be shipped.
build_release() {
    "$root/scripts/install" build
    swift build --package-path "$root" -c release --static-swift-stdlib
}

# start_daemon DATA RUN LOG [flags]: returns when it verifies.
start_daemon() {
    local data=$1 run=$2 log=$3
    shift 3
    "$programs/strongroomd" --data "$data" --run "$run" "$@" 2>>"$log" &
    daemon_pid=$!
    local try
    for ((try = 0; try < 1000; try++)); do
        if [[ $(curl -s -o /dev/null -w '%{http_code}' --unix-socket "$run/gateway.sock" \
            http://localhost/healthz) == 200 ]]; then
            return 0
        fi
        kill -0 "$daemon_pid" 2>/dev/null || break
        sleep 0.01
    done
    echo "the daemon does not serve; the end of its log:" >&2
    tail -n 20 "$log" >&2
    return 1
}

# new_vault DATA RUN TOKEN-FILE [flags]: a daemon with one integration and its token; logs to DATA.log.
new_vault() {
    local data=$1 sockets=$2 token=$3
    shift 3
    mkdir -p "$sockets"
    "$programs/strongroom" init --data "$data" --unseal "key-file:$data.key" >/dev/null 2>&1
    start_daemon "$data" "$sockets" "$data.log" --unseal "key-file:$data.key" "$@"
    local admin=(curl -sf --unix-socket "$sockets/admin.sock")
    "${admin[@]}" --json '{"name":"bench"}' http://localhost/v1/operator/organizations |
        jq -r '"Authorization: Bearer " + .result.token.primary.access.secret' >"$token"
    "${admin[@]}" --header "@$token" --json '{"name":"a"}' http://localhost/v1/accounts >/dev/null
    "${admin[@]}" --header "@$token" --json '{"name":"i","provider":"jira","credential":
        {"type":"basic","username":"robot","secret":"not-a-real-one"}}' \
        http://localhost/v1/integrations/a |
        jq -r .result.token.primary.access.secret >"$token.new"
    mv "$token.new" "$token"
}

# stop_daemon SIGNAL: waits for the end and returns the daemon's exit status.
stop_daemon() {
    local pid=$daemon_pid status=0
    [[ -n $pid ]] || return 0
    daemon_pid=
    kill -s "$1" "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || status=$?
    return "$status"
}

# Tokens and other secrets, cut down to what tells them apart.
mask() {
    sed -E \
        -e 's/(sr[oair]_[0-9A-Za-z]{4})[0-9A-Za-z]{62}/\1.../g' \
        -e 's/("(secret|encrypted_value)" ?: ?"[^".]{0,3})[^".]*"/\1..."/g' \
        -e 's/((Upstream-Authorization|Authorization): (Basic|Bearer) [^.]{0,4})[^. ]*$/\1.../I'
}
