/// What `--help` prints.
enum Usage {
    static let text = """
        Usage: strongroom-bench VERB --socket PATH [options]
               strongroom-bench seed --data DIR --tokens N [options]

          verify       GET /v1/verify with a bearer token
          get          GET --path, without a token: for servers to compare with
          credential   POST /v1/credential with an integration token
          redis-set    SET of 160 bytes in the Redis protocol
          microbench   crypto_box_seal_open on one core; fdatasync of 25 KB below --directory
          seed         makes a vault of N integration tokens, for a daemon to serve

          --socket PATH        the server's Unix socket
          --token-file FILE    tokens, one a line; with several, each request takes one at random
          --path TARGET        another request target
          --connections N      64
          --pipeline N         requests in flight on each connection: 1
          --rate N             an open loop: N requests fall due each second, at random instants
          --seconds N          5, after half a second that is not counted
          --expect STATUS      200; any other status counts as an error
          --directory DIR      where microbench writes: the current directory
          --json               one JSON line

        One thread. Without --rate the loop is closed: a connection sends its next request when an
        answer has come. With it a request waits for a free connection if it must, and its latency
        counts from when it fell due.

        seed:
          --data DIR           a new or empty directory
          --tokens N           1 to 100000000; 10 to an integration, 100 to an account, 100000 to an
                               organization, which has one of its own besides
          --unseal METHOD      key-file:PATH, made if it is not there; default a key file in DIR
          --token-file FILE    where the texts of a sample of them go, one a line, mode 0600
          --sample N           as many, taken evenly at random: 1000000, or all where there are fewer
          --unsorted           identifiers in random order, as a daemon draws them: slower

        The rows are those that a daemon would have written, without records of their making on the
        audit log. Their identifiers are random but ascend, so that each page is written once.

        Exit status 1 when an answer was not the expected one, or the vault could not be made.
        """
}
