import Crypto
import Foundation
import Linux
import Schema

/// The command line of the vault.
@main
enum Main {
    static func main() {
        do throws(Failure) {
            try prepare()
            try run(CommandLineReader.read(Array(CommandLine.arguments.dropFirst())))
        } catch {
            ProcessHygiene.writeError("strongroom: " + error.sentence)
            exit(error.exitStatus)
        }
    }

    private static func prepare() throws(Failure) {
        do {
            // Before anything else: a crash must not print memory.
            try ProcessHygiene.forbidBacktraces()
            try ProcessHygiene.harden()
            // The restart by descriptor has left another name behind.
            ProcessHygiene.nameProcess("strongroom")
            try SecretMemory.prepare()
        } catch {
            throw .refused("this process cannot protect secrets: \(error)")
        }
    }

    private static func run(_ request: Request) throws(Failure) {
        let output = Output(isQuiet: false)
        switch request {
        case .version: try output.print("strongroom \(Version.text)")
        case .help(let words): try output.print(Help.lines(words))
        case .run(let invocation): try invocation.verb.run(Session(invocation))
        }
    }
}
