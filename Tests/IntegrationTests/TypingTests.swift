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

    @Test func `a secret that is typed as standard input is not shown`() throws {
        try Site.serving { site in
            let token = try Tenant(site).organizationToken.access.clear
            let listed = try type(
                [token + "\n\u{4}"], to: ["account", "list", "--token-file", "-"], site)
            #expect(listed.status == 0, "\(listed.errors)")
            #expect(listed.output.contains("tenant-1"))
            #expect(listed.shown == "the token (Ctrl-D ends it): \r\n")
        }
    }

    @Test func `a question is asked at the terminal, wherever the errors go`() throws {
        try Site.serving { site in
            _ = try Tenant(site)
            for (answer, status) in [("n", Int32(1)), ("", 1), ("yes", 0)] {
                let run = try type([answer], to: ["org", "delete", "acme"], site)
                #expect(run.shown.hasPrefix("Delete organization acme and everything in it"))
                #expect(run.status == status, "\(run.errors)")
            }
            #expect(try site.operators.organizations() == [])
        }
    }

    @Test(arguments: [("\u{3}", SIGINT), ("\u{1C}", SIGQUIT)])
    func `a signal at a prompt gives the terminal its echo back`(
        key: String, signal: Int32
    ) throws {
        try Site.empty { site in
            for words in [["account", "list"], ["account", "list", "--token-file", "-"]] {
                let run = try job(typing: [key], words, site)
                #expect(run.text.hasSuffix(": \r\nended by \(signal), echo on\r\n"), "\(run.text)")
            }
        }
    }

    @Test func `a job that was stopped at a prompt asks again without echo`() throws {
        try Site.serving { site in
            let token = try Tenant(site).organizationToken.access.clear
            let run = try job(typing: ["\u{1A}", token + "\n"], ["account", "list"], site)
            #expect(
                run.text.hasPrefix("Token: \r\nstopped, echo on\r\nToken: \r\n"), "\(run.text)")
            #expect(run.text.contains("tenant-1"))
            #expect(run.text.hasSuffix("ended with 0, echo on\r\n"))
        }
    }

    /// Types the keys at the prompts of a job of a shell, which tells how the job left the terminal.
    private func job(typing keys: [String], _ arguments: [String], _ site: Site) throws -> Execution
    {
        try site.execute(
            "/usr/bin/python3",
            ["-c", Self.shell, keys.joined(separator: ","), Programs.commandLine()] + arguments)
    }

    private static let shell = #"""
        import os, pty, signal, sys, termios
        keys, program = sys.argv[1].split(","), sys.argv[2:]
        child, terminal = pty.fork()
        if child == 0:
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            job = os.fork()
            if job == 0:
                os.setpgid(0, 0)
                os.tcsetpgrp(0, os.getpid())
                signal.signal(signal.SIGTTOU, signal.SIG_DFL)
                os.execv(program[0], program)
            while True:
                status = os.waitpid(job, os.WUNTRACED)[1]
                how = "stopped"
                if os.WIFSIGNALED(status):
                    how = f"ended by {os.WTERMSIG(status)}"
                elif os.WIFEXITED(status):
                    how = f"ended with {os.WEXITSTATUS(status)}"
                echo = "on" if termios.tcgetattr(0)[3] & termios.ECHO else "off"
                print(f"{how}, echo {echo}", flush=True)
                if not os.WIFSTOPPED(status):
                    os._exit(0)
                os.kill(job, signal.SIGCONT)
        shown = b""
        try:
            while seen := os.read(terminal, 1024):
                shown += seen
                if shown.endswith(b": ") and keys:
                    os.write(terminal, keys.pop(0).encode())
        except OSError:
            pass  # Nobody sits at the other end any more.
        sys.stdout.buffer.write(shown)
        """#

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
                if shown.endswith((b": ", b"[y/N] ")) and lines:
                    os.write(terminal, lines.pop(0).encode() + b"\n")
        except OSError:
            pass  # Nobody sits at the other end any more.
        sys.stdout.buffer.write(shown)
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        """#
}
