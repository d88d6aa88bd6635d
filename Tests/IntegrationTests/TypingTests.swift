import Foundation
import StrongroomClient
import Testing

/// Secrets that a person types, at a terminal of the test's own.
struct TypingTests {
    @Test func `a new secret is asked for twice, shown never, and refused when they differ`() throws
    {
        try Site.serving { site in
            let token = try Tenant(site).organizationToken.access.clear
            let file = try site.file("acme.token", token)
            let create = ["member", "create", "ada", "--ask-secret", "--token-file", file]
            let refused = try type(["a-secret-of-ada", "a-secret-of-eve"], to: create, site)
            #expect(refused.status == 2)
            #expect(refused.errors == "strongroom: the two secrets are not the same\n")
            let made = try type(["a-secret-of-ada", "a-secret-of-ada"], to: create, site)
            #expect(made.status == 0, "\(made.errors)")
            for shown in [refused.shown, made.shown] {
                #expect(shown == "New secret: \r\nThe same again: \r\n")
            }
            let logon = try type(
                ["a-secret-of-ada"], to: ["session", "logon", "acme", "ada"], site)
            #expect(logon.output.hasPrefix("sro_"), "\(logon.errors)")
            #expect(logon.shown == "Secret: \r\n")
        }
    }

    /// A program at a terminal, and what became of it.
    private struct Sitting {
        let status: Int32
        /// By the terminal, as against the two streams.
        let shown: String
        let output: String
        let errors: String
    }

    /// Types one line at each prompt.
    private func type(
        _ lines: [String], to arguments: [String], _ site: Site
    ) throws -> Sitting {
        let program = try Programs.commandLine()
        let run = try site.execute(
            "/usr/bin/python3",
            ["-c", Self.typist, lines.joined(separator: ","), program] + arguments)
        func stream(_ name: String) throws -> String {
            try String(contentsOf: URL(filePath: "\(site.root)/typed.\(name)"), encoding: .utf8)
        }
        return Sitting(
            status: run.status, shown: run.text, output: try stream("out"),
            errors: try stream("err"))
    }

    /// Prints what the terminal showed and ends as the program did.
    private static let typist = #"""
        import os, pty, sys
        lines, program = sys.argv[1].split(","), sys.argv[2:]
        child, terminal = pty.fork()
        if child == 0:
            for number, name in (1, "typed.out"), (2, "typed.err"):
                os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
            os.execv(program[0], program)
        shown = b""
        try:
            while seen := os.read(terminal, 1024):
                shown += seen
                if shown.endswith(b": ") and lines:
                    os.write(terminal, lines.pop(0).encode() + b"\n")
        except OSError:
            pass  # Nobody sits at the other end any more.
        sys.stdout.buffer.write(shown)
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        """#
}
