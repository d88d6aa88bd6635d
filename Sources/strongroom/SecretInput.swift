import Foundation
import Linux
import StrongroomClient

/// Secrets come from a file, standard input or a prompt; never from arguments or the environment.
enum SecretInput {
    static let byteCountMax = 131_072
    private static let promptByteCountMax = 4096
    private static let terminalLineByteCount = 4095
    private static let answerByteCountMax = 100

    /// The token that management verbs present.
    static func bearer(_ invocation: Invocation) throws(Failure) -> SecretText {
        if let path = invocation.value("token-file") {
            for other in ["credential", "secret"]
            where path == "-" && invocation.value(other + "-file") == "-" {
                throw .usage("standard input cannot be both the token and the \(other)")
            }
            return try file(path, "the token")
        }
        guard let token = try prompt("Token: ") else {
            throw .usage("\(invocation.verb.name) needs a token: give --token-file PATH or -")
        }
        return token
    }

    /// The content of a file or of standard input, without the line's end.
    static func file(_ path: String, _ what: String) throws(Failure) -> SecretText {
        do {
            var content = try path == "-" ? standardInput(what) : privateFile(path)
            defer { content.wipe() }
            return try trimmed(content, what)
        } catch let failure as Failure {
            throw failure
        } catch DurableFile.Failure.tooLarge {
            throw .usage("\(what) is larger than \(byteCountMax) bytes")
        } catch {
            throw .usage("\(what) cannot be read from \(path): \(error)")
        }
    }

    private static func standardInput(_ what: String) throws -> [UInt8] {
        let prompt = what + " (Ctrl-D ends it): "
        guard var typed = try Terminal.secretInput(prompt: prompt, byteCountMax: byteCountMax)
        else {
            let input = Descriptor(owning: dup(0))
            guard try !input.status().isDirectory else {
                throw Failure.usage("standard input is a directory")
            }
            return try DurableFile.readAll(input, byteCountMax: byteCountMax)
        }
        guard typed.split(separator: 10).allSatisfy({ $0.count < terminalLineByteCount }) else {
            typed.wipe()
            throw tooLongForTerminal
        }
        return typed
    }

    /// Not `PrivateFile`, which takes regular files only: a shell gives `<(...)` as a pipe.
    private static func privateFile(_ path: String) throws -> [UInt8] {
        let file = try Descriptor.open(path, O_RDONLY)
        let status = try file.status()
        guard !status.isDirectory else { throw Failure.usage("\(path) is a directory") }
        guard !status.isRegular || status.permissions & 0o077 == 0 else {
            throw Failure.usage("\(path) can be read by others: chmod 600 it first")
        }
        return try DurableFile.readAll(file, byteCountMax: byteCountMax)
    }

    /// A terminal cuts longer lines off without a word.
    private static let tooLongForTerminal = Failure.usage(
        "that is too long for a terminal: give it in a file")

    private static func trimmed(
        _ content: [UInt8], _ what: String
    ) throws(Failure) -> SecretText {
        var end = content.count
        while end > 0, content[end - 1] == 10 || content[end - 1] == 13 { end -= 1 }
        guard end > 0 else { throw .usage("\(what) is empty") }
        return SecretText(copying: content.span.extracting(0..<end))
    }

    /// One line without echo; nil where there is no terminal, empty where none was wanted.
    static func prompt(_ text: String) throws(Failure) -> SecretText? {
        do {
            guard
                var line = try Terminal.secretLine(prompt: text, byteCountMax: promptByteCountMax)
            else { return nil }
            guard line.count < terminalLineByteCount else {
                line.wipe()
                throw tooLongForTerminal
            }
            return SecretText(taking: &line)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw .usage("the terminal cannot be read: \(error)")
        }
    }

    /// Whether the person at the terminal says yes; where nobody sits, nobody is asked.
    static func isConfirmed(_ question: String) throws(Failure) -> Bool {
        guard Terminal.isTerminal(0) else { return true }
        do {
            // On the terminal itself: standard error may lead elsewhere.
            guard
                let line = try Terminal.line(
                    prompt: question + " [y/N] ", byteCountMax: answerByteCountMax)
            else { return true }
            return ["y", "yes"].contains(String(decoding: line, as: UTF8.self).lowercased())
        } catch .messageTooLong {
            return false
        } catch {
            throw .usage("the terminal cannot be read: \(error)")
        }
    }
}
