import Server

/// What the command line asks for.
enum Invocation {
    case help
    case version
    case serve(
        [(key: Configuration.Key, value: String)], file: String?, acceptsRollback: Bool)
    case wrong(String)

    init(_ arguments: some Sequence<String>) {
        var flags: [(key: Configuration.Key, value: String)] = []
        var file: String?
        var acceptsRollback = false
        var rest = Array(arguments)[...]
        while let argument = rest.popFirst() {
            if argument == "--help" || argument == "-h" {
                self = .help
                return
            }
            if argument == "--version" {
                self = .version
                return
            }
            // For one start, by hand: no key of the configuration, which would accept for ever.
            if argument == "--accept-rollback" {
                acceptsRollback = true
                continue
            }
            guard argument.hasPrefix("--") else {
                self = .wrong("arguments are flags, like --data DIR")
                return
            }
            let (name, attached) = Self.split(argument.dropFirst(2))
            guard let value = attached ?? rest.popFirst() else {
                self = .wrong("the last flag needs a value")
                return
            }
            if name == "config" {
                file = value
            } else if let key = Configuration.Key(rawValue: name) {
                flags.append((key, value))
            } else {
                self = .wrong("there is no such flag")
                return
            }
        }
        self = .serve(flags, file: file, acceptsRollback: acceptsRollback)
    }

    /// `--key=value` and `--key value` are the same; a hyphen stands for an underscore.
    private static func split(_ flag: Substring) -> (name: String, value: String?) {
        guard let equals = flag.firstIndex(of: "=") else { return (underscored(flag), nil) }
        return (underscored(flag[..<equals]), String(flag[flag.index(after: equals)...]))
    }

    private static func underscored(_ name: Substring) -> String {
        String(name.map { $0 == "-" ? "_" : $0 })
    }
}

enum Usage {
    static let text = """
        strongroomd: a multi-tenant token and credential vault.

        usage: strongroomd [--data DIR] [--run DIR] [--unseal METHOD] [--config FILE] [--KEY VALUE]...

          --data DIR        the vault's directory (default /var/lib/strongroom)
          --run DIR         where the sockets are made (default /run/strongroom)
          --unseal METHOD   key-file:PATH, credential:NAME or passphrase
                            (default key-file:DATA/master.key)
          --config FILE     JSON; default /etc/strongroom/strongroom.json if it exists
          --accept-rollback once goes on from a database that is older than it was; the audit log
                            keeps that for ever
          --version, --help

        Every key of the configuration is a flag of the same name, with JSON as the value of those
        that are not a plain text:

          --gateways '{"uids": [33], "gids": []}'    peers of gateway.sock (default root, own uid)
          --operators '{"uids": [0]}'                peers of admin.sock (default root, own uid)
          --management '{"uids": [33]}'              opens management.sock for these peers
          --inject '{"uids": [33]}'                  peers that may ask for inject=authorization
          --durability disk|process                  when an answer may leave (default disk)
          --io_threads N                             loops of gateway.sock (default 1)
          --cache_bytes N                            bound of the records and rows kept in memory (default 268435456)
          --limits '{"gateway_connections": 8192, "admin_connections": 256, "header_seconds": 5,
                     "body_seconds": 10, "write_seconds": 10, "idle_seconds": 120,
                     "drain_seconds": 10, "mints_per_minute_organization": 6000,
                     "mints_per_minute_caller": 1200}'
          --audit '{"refusals_per_second": 10000}'   beyond it one event a second counts the rest
          --lifetimes '{"default_token": "8760h", "adhoc": "24h", "adhoc_integration": "10m",
                        "longest": "8760h", "grace": "24h", "grace_max": "168h",
                        "dead_tokens": "720h"}'
          --introspection '{"clients": [{"id": "apache", "secret_file": "/etc/..."}],
                            "revocation_bound": "30s"}'

        The daemon stays in the foreground, logs to standard error, tells READY=1 to $NOTIFY_SOCKET,
        and drains and ends with 0 on SIGTERM. Make a vault first: strongroom init --data DIR.
        """
}
