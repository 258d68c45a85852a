internal import Locking

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

extension CommandRunner {
    /// Runs programs of this machine, each watched by a thread of its own: waiting must not hold a thread that tasks share.
    package static let posix = CommandRunner { command throws(Failure) in
        let cancelled = Locked(false)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<CommandResult, Failure>, Never>) in
                startThread { continuation.resume(returning: ChildProcess.run(command, cancelled: cancelled)) }
            }
        } onCancel: {
            cancelled.withLock { $0 = true }
        }
        return try result.get()
    }

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private static func startThread(_ run: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let body = Unmanaged.passRetained(Body(run))
        let status = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, body.toOpaque())
        guard status == 0 else {
            body.takeRetainedValue().run()
            return
        }
        pthread_detach(thread)
    }
}

/// A child in a process group of its own, its outputs read within limits. No pointer leaves this file.
private struct ChildProcess {
    let pid: pid_t
    var output: Pipe
    var errors: Pipe
    let command: Command

    static func run(_ command: Command, cancelled: Locked<Bool>) -> Result<CommandResult, CommandRunner.Failure> {
        guard let path = find(command) else { return .failure(.missing) }
        guard let output = Pipe() else { return .failure(.notStarted(String(cString: strerror(errno)))) }
        guard let errors = Pipe() else {
            output.close()
            return .failure(.notStarted(String(cString: strerror(errno))))
        }
        var pid = pid_t()
        var status = spawn(&pid, path, command, output: output, errors: errors)
        // A program that was just written is busy while a child of another thread, between fork and exec, still holds its writer's
        // descriptor.
        for _ in 0..<20 where status == ETXTBSY {
            poll(nil, 0, 20)
            status = spawn(&pid, path, command, output: output, errors: errors)
        }
        close(output.writeEnd)
        close(errors.writeEnd)
        defer {
            close(output.readEnd)
            close(errors.readEnd)
        }
        guard status == 0 else { return .failure(status == ENOENT ? .missing : .notStarted(String(cString: strerror(status)))) }
        var child = ChildProcess(pid: pid, output: output, errors: errors, command: command)
        return .success(child.watch(cancelled: cancelled))
    }

    /// The first executable file of that name in PATH; a name with a slash stands for itself.
    private static func find(_ command: Command) -> String? {
        if command.program.contains("/") { return access(command.program, X_OK) == 0 ? command.program : nil }
        let directories = (command.environment["PATH"] ?? "").split(separator: ":").filter { $0.hasPrefix("/") }
        return directories.map { "\($0)/\(command.program)" }.first { access($0, X_OK) == 0 }
    }

    private static func spawn(_ pid: inout pid_t, _ path: String, _ command: Command, output: Pipe, errors: Pipe) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.writeEnd, 1)
        posix_spawn_file_actions_adddup2(&actions, errors.writeEnd, 2)
        closeTheRest(&actions)
        var noSignals = sigset_t()
        var toDefault = sigset_t()
        sigemptyset(&noSignals)
        sigemptyset(&toDefault)
        for signal in [SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD] { sigaddset(&toDefault, signal) }
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        posix_spawnattr_setsigdefault(&attributes, &toDefault)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var arguments = ([command.program] + command.arguments).map { strdup($0) } + [nil]
        var environment = command.environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in arguments + environment { free(pointer) } }
        return posix_spawn(&pid, path, &actions, &attributes, &arguments, &environment)
    }

    /// Files and sockets of this process are none of the child's business, also those that were opened without close-on-exec. glibc
    /// and musl pass over descriptors that are not open.
    private static func closeTheRest(_ actions: inout posix_spawn_file_actions_t) {
        #if !canImport(Darwin)
            let allowed = sysconf(Int32(_SC_OPEN_MAX))
            for descriptor in 3..<Int32(max(3, min(allowed, 1024))) { posix_spawn_file_actions_addclose(&actions, descriptor) }
        #endif
    }

    /// Reads until the child has ended, and ends it when a limit is passed.
    private mutating func watch(cancelled: Locked<Bool>) -> CommandResult {
        let deadline = Self.milliseconds() + command.timeLimit.wholeMilliseconds
        while true {
            var descriptors = [output, errors].map { pollfd(fd: $0.isOpen ? $0.readEnd : -1, events: Int16(POLLIN), revents: 0) }
            poll(&descriptors, nfds_t(descriptors.count), 50)
            guard output.drain(limit: command.outputBytes), errors.drain(limit: command.outputBytes) else {
                return end(.tooMuchOutput)
            }
            var status: Int32 = 0
            let ended = waitpid(pid, &status, WNOHANG)
            // Where SIGCHLD is ignored, which a process inherits, the kernel keeps no status: what the child wrote has to say it all.
            if ended == pid || ended < 0 && errno == ECHILD {
                // What it wrote before it ended is in the pipes; a grandchild that holds them open is not waited for.
                guard output.drain(limit: command.outputBytes), errors.drain(limit: command.outputBytes) else {
                    return result(.tooMuchOutput)
                }
                return result(Self.ending(status))
            }
            if cancelled.withLock({ $0 }) { return end(.cancelled) }
            if Self.milliseconds() >= deadline { return end(.timedOut) }
        }
    }

    /// Ends the child and all of its group, and takes it off the process table.
    private func end(_ ending: CommandResult.Ending) -> CommandResult {
        kill(-pid, SIGKILL)
        kill(pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return result(ending)
    }

    private func result(_ ending: CommandResult.Ending) -> CommandResult {
        CommandResult(ending: ending, output: output.bytes, errors: errors.bytes)
    }

    /// WIFEXITED, WEXITSTATUS and WTERMSIG are macros that Swift does not see.
    private static func ending(_ status: Int32) -> CommandResult.Ending {
        status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signalled(status & 0x7F)
    }

    private static func milliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

/// A pipe whose reading end does not block, and what has been read from it.
private struct Pipe {
    let readEnd: Int32
    let writeEnd: Int32
    private(set) var bytes: [UInt8] = []
    private(set) var isOpen = true

    init?() {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        // pipe2 is not to be had from Swift. A child that another thread starts between these lines inherits the pipe; that costs
        // it two descriptors and this side nothing, since a child's end is seen by waitpid and not by the end of its output.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    func close() {
        closeDescriptor(readEnd)
        closeDescriptor(writeEnd)
    }

    /// Takes what is there; `false` when it is more than the limit.
    mutating func drain(limit: Int) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while isOpen {
            let count = chunk.withUnsafeMutableBytes { read(readEnd, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes.append(contentsOf: chunk[..<count])
                if bytes.count > limit { return false }
            } else if count == 0 {
                isOpen = false
            } else if errno != EINTR {
                return true
            }
        }
        return true
    }
}

/// `close` of the C library: within `Pipe` that name is its own.
private func closeDescriptor(_ descriptor: Int32) { close(descriptor) }

extension Duration {
    fileprivate var wholeMilliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
