import Commands
import Foundation
import Testing

@Suite struct CommandRunnerTests {
    private static func run(
        _ script: String, arguments: [String] = [], environment: [String: String] = ["PATH": "/usr/bin:/bin"], bytes: Int = 10_000,
        limit: Duration = .seconds(60)
    ) async throws -> CommandResult {
        let directory = try TemporaryDirectory()
        let path = try directory.write("script", "#!/bin/sh\n" + script, executable: true)
        return try await CommandRunner.posix.run(
            Command(program: path, arguments: arguments, environment: environment, outputBytes: bytes, timeLimit: limit))
    }

    @Test func `arguments and environment arrive to the letter, and no shell sees them`() async throws {
        let result = try await Self.run(
            #"printf '%s|' "$@"; printf '%s' "$ODD"; echo oops >&2"#, arguments: ["a b", "$(id)", "", "*", "ü"],
            environment: ["PATH": "/bin:/usr/bin", "ODD": "x=y; $HOME"])
        #expect(String(decoding: result.output, as: UTF8.self) == "a b|$(id)||*|ü|x=y; $HOME")
        #expect(String(decoding: result.errors, as: UTF8.self) == "oops\n")
        #expect(result.ending == .exited(0))
    }

    @Test func `standard input is empty`() async throws {
        let result = try await Self.run("cat; echo end")
        #expect(String(decoding: result.output, as: UTF8.self) == "end\n")
    }

    @Test func `files of this process are not the program's`() async throws {
        // Opened without close-on-exec, as a careless library would.
        let file = open("/etc/passwd", O_RDONLY)
        let high = fcntl(file, F_DUPFD, 200)
        defer {
            close(file)
            close(high)
        }
        try #require(high >= 200)
        let result = try await Self.run(
            "[ -e /proc/$$/fd/1 ] && echo output; [ -e /proc/$$/fd/$1 ] && echo leak; :", arguments: ["\(high)"])
        #expect(String(decoding: result.output, as: UTF8.self) == "output\n")
    }

    @Test func `an exit status and a signal are told`() async throws {
        #expect(try await Self.run("exit 7").ending == .exited(7))
        #expect(try await Self.run("kill -9 $$").ending == .signalled(9))
    }

    @Test func `output beyond the limit ends the program`() async throws {
        #expect(try await Self.run("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done").ending == .tooMuchOutput)
        #expect(try await Self.run("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx >&2; done").ending == .tooMuchOutput)
    }

    @Test(.timeLimit(.minutes(1))) func `a program that takes too long is ended with its children`() async throws {
        let directory = try TemporaryDirectory()
        let fifo = directory.path + "/fifo"
        try #require(mkfifo(fifo, 0o600) == 0)
        let reader = open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reader) }
        let result = try await Self.run("(echo up; exec sleep 3600) > '\(fifo)' & wait", limit: .seconds(2))
        #expect(result.ending == .timedOut)
        // The end comes when the last writer, the child, is dead.
        _ = fcntl(reader, F_SETFL, 0)
        var bytes = [UInt8](repeating: 0, count: 100)
        #expect(read(reader, &bytes, bytes.count) == 3)
        #expect(read(reader, &bytes, bytes.count) == 0)
    }

    @Test func `a child that outlives the program is not waited for`() async throws {
        let result = try await Self.run("sleep 30 & echo done")
        #expect(String(decoding: result.output, as: UTF8.self) == "done\n")
        #expect(result.ending == .exited(0))
    }

    @Test func `a cancelled caller ends the program`() async throws {
        let task = Task { try await Self.run("exec sleep 3600", limit: .seconds(3600)) }
        task.cancel()
        #expect(try await task.value.ending == .cancelled)
    }

    @Test func `a program is looked up in its own PATH only`() async throws {
        let directory = try TemporaryDirectory()
        try directory.write("plugin-of-this-test", "#!/bin/sh\necho found\n", executable: true)
        func run(_ path: String) async throws(CommandRunner.Failure) -> CommandResult {
            try await CommandRunner.posix.run(
                Command(
                    program: "plugin-of-this-test", arguments: [], environment: ["PATH": path], outputBytes: 100,
                    timeLimit: .seconds(60)))
        }
        #expect(try await run("/no/such:\(directory.path)").output == Array("found\n".utf8))
        await #expect(throws: CommandRunner.Failure.missing) { try await run("/bin:relative") }
    }
}
