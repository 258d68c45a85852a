import Simulation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Runs seeds of the simulation; replays one, or a scenario that was written out; makes a failing one smaller.
@main
struct SimulateCommand {
    static let usage = """
        simulate --seeds A..<B [--jobs N]      run seeds; exit 1 when one fails, or when in 10,000 seeds or more a possible fault met no call
                                               or an invariant judged nothing
        simulate --seeds A..<B --fingerprints  a line for each seed that says all that happened; the same in every process
        simulate --seed N [--shrink] [--lines N]    replay one, with what happened
        simulate --scenario FILE [--shrink] [--lines N]    replay what was written out
        """

    private var options: [String: String] = [:]

    static func main() async {
        var command = SimulateCommand()
        guard command.parse(Array(CommandLine.arguments.dropFirst())) else { end(64, usage) }
        if let text = command.options["--seeds"] {
            let parts = text.split(separator: ".<").joined(separator: " ").split(separator: " ").compactMap {
                UInt64($0.filter(\.isNumber))
            }
            guard parts.count == 2, parts[0] < parts[1] else { end(64, usage) }
            guard command.options["--fingerprints"] == nil else {
                for seed in parts[0]..<parts[1] { print(RunResult.fingerprint(seed: seed)) }
                return
            }
            await command.run(parts[0]..<parts[1])
        } else if let text = command.options["--seed"], let seed = UInt64(text) {
            command.replay(Scenario(seed: seed), command: "--seed \(seed)")
        } else if let path = command.options["--scenario"] {
            do {
                command.replay(try Scenario(text: try read(path)), command: "--scenario \(path)")
            } catch let error as Scenario.Unreadable {
                end(1, "\(path):\(error.line): \(error.message)")
            } catch {
                end(1, "\(path) can't be read")
            }
        } else {
            end(64, usage)
        }
    }

    private mutating func parse(_ arguments: [String]) -> Bool {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            switch name {
            case "--shrink", "--fingerprints": options[name] = ""
            case "--seeds", "--seed", "--scenario", "--jobs", "--lines":
                guard let value = rest.popFirst() else { return false }
                options[name] = value
            default: return false
            }
        }
        return true
    }

    // MARK: Many

    private func run(_ range: Range<UInt64>) async {
        let clock = ContinuousClock()
        let start = clock.now
        let total = range.count
        let campaign = Campaign(range) { done in
            if done % max(1, total / 10) == 0 { print("\(done) of \(total) seeds") }
        }
        let summary = await campaign.run(jobs: Int(options["--jobs"] ?? "") ?? 2)
        let seconds = Double((clock.now - start).components.seconds)
        print(summary.coverage.table)
        print(summary.coverage.judgements)
        let passes = summary.passes.sorted()
        let times = summary.times.sorted()
        if !passes.isEmpty {
            print("passes from the last fault to an empty plan: at most \(passes[passes.count - 1]), median \(passes[passes.count / 2])")
            print("virtual time of it: at most \(times[times.count - 1] / 1000) s, median \(times[times.count / 2] / 1000) s")
        }
        print(
            "\(summary.seeds) seeds, \(summary.events) events, \(seconds) s, digest \(String(summary.digest, radix: 16)); "
                + "\(summary.failures.count) failed")
        var isFailed = !summary.failures.isEmpty
        for (seed, violation) in summary.failures.prefix(20) {
            print("seed \(seed): \(violation.invariant) at \(violation.time) ms: \(violation.message)")
        }
        for failure in summary.failures.prefix(5) {
            let lines = Int(options["--lines"] ?? "") ?? RunResult.tail
            print("\n" + RunResult.account(of: Scenario(seed: failure.seed), replay: "--seed \(failure.seed)", lines: lines))
        }
        if summary.seeds >= 10_000 {
            let cells = summary.coverage.empty.map { "\($0.0.rawValue) × \($0.1.rawValue)" } + summary.coverage.emptyActions.map(\.rawValue)
            if !cells.isEmpty { print("never met, though possible: \(cells.joined(separator: ", "))") }
            if !summary.coverage.idle.isEmpty { print("judged nothing: \(summary.coverage.idle.joined(separator: ", "))") }
            isFailed = isFailed || !cells.isEmpty || !summary.coverage.idle.isEmpty
        }
        if isFailed { exit(1) }
    }

    // MARK: One

    private func replay(_ scenario: Scenario, command: String) {
        guard let violation = tell(scenario, lines: Int(options["--lines"] ?? "") ?? 1_000_000) else { return }
        if options["--shrink"] != nil {
            var shrinker = Shrinker(scenario, breaking: violation.invariant, runs: 3000) { Simulator($0).run().violation }
            let small = shrinker.shrink()
            print("\nThe smallest that breaks \(violation.invariant):\n\(small.text)")
            tell(small, lines: 1_000_000)
        } else {
            print("    swift run -c release simulate \(command) --shrink")
        }
        exit(1)
    }

    @discardableResult
    private func tell(_ scenario: Scenario, lines: Int) -> Violation? {
        let result = Simulator(scenario, records: true).run()
        for line in result.lines.suffix(lines) { print(line) }
        if let violation = result.violation {
            print("\(violation.invariant): \(violation.message)")
        } else {
            print("converged after \(result.passes) passes, digest \(String(result.digest, radix: 16))")
        }
        return result.violation
    }

    private static func read(_ path: String) throws -> String {
        guard let file = fopen(path, "r") else { throw Unopened() }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    private struct Unopened: Error {}

    private static func end(_ status: Int32, _ message: String) -> Never {
        print(message)
        exit(status)
    }
}
