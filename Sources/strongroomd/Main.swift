import Crypto
import Linux
import Server
import Store
import Schema

/// `strongroomd`: the vault's daemon, in the foreground, under a service manager or at a shell.
@main
enum Main {
    static func main() {
        do {
            // Before anything else: a crash must not print memory.
            try ProcessHygiene.forbidBacktraces()
            try ProcessHygiene.harden()
            // The restart by descriptor has left another name behind.
            ProcessHygiene.nameProcess("strongroomd")
            // A log that nobody reads any more must not end what it tells of.
            ProcessHygiene.ignoreBrokenPipes()
        } catch {
            fail("the process cannot be hardened: \(error)", 1)
        }
        switch Invocation(CommandLine.arguments.dropFirst()) {
        case .help: print(Usage.text)
        case .version: print("strongroomd \(Version.text)")
        case .wrong(let sentence):
            ProcessHygiene.writeError("strongroomd: \(sentence)")
            fail("see strongroomd --help", 2)
        case .serve(let flags, let file, let acceptsRollback):
            serve(flags, file, acceptsRollback)
        }
    }

    private static func serve(
        _ flags: [(key: Configuration.Key, value: String)], _ file: String?,
        _ acceptsRollback: Bool
    ) {
        let configuration: Configuration
        do {
            configuration = try ConfigurationSources.read(flags: flags, file: file)
        } catch {
            fail("\(error)", 2)
        }
        do {
            try SecretMemory.prepare()
            try Assembly.run(configuration, acceptsRollback: acceptsRollback)
        } catch let error as CryptoError where error == .memoryNotLocked {
            fail("memory cannot be locked: raise RLIMIT_MEMLOCK to 8 MiB or more", 1)
        } catch {
            fail("\(error)", 1)
        }
    }

    private static func fail(_ sentence: String, _ status: Int32) -> Never {
        ProcessHygiene.writeError("strongroomd: \(sentence)")
        ProcessHygiene.exit(status)
    }
}
