import HTTP
import Model

@testable import Kubernetes

/// A watch's stream gives the same events, and ends the same way, however its bytes are cut into pieces.
///
/// The first byte says how: it is the seed of the pieces' lengths.
enum WatchDriver {
    private struct Outcome: Equatable {
        var events: [WatchEvent] = []
        var error: APIError?
    }

    static func run(_ input: [UInt8]) async throws {
        guard let seed = input.first else { return }
        let stream = Array(input.dropFirst())
        let whole = try await outcome(stream) { [$0] }
        let cut = try await outcome(stream) { pieces($0, seed: seed) }
        try require(whole == cut, "in one piece: \(whole); in several: \(cut)")
        try whole.error?.check()
        let lines = stream.count { $0 == 0x0A } + 1
        try require(whole.events.count <= lines, "\(whole.events.count) events of \(lines) lines")
        try checkLines(stream, seed: seed)
    }

    private static func outcome(_ stream: [UInt8], _ pieces: @escaping @Sendable ([UInt8]) -> [[UInt8]]) async throws -> Outcome {
        let head = Array("HTTP/1.1 200 OK\n\n".utf8)
        // The separator of parts is none here: what follows it would be lost.
        let transport = FuzzTransport(head, streamPieces: { _ in pieces(stream) })
        var outcome = Outcome()
        do throws(APIError) {
            let watch = try await KubernetesClient.fuzzed(transport).watchNodes(nil, resourceVersion: "1", timeoutSeconds: 300)
            for try await event in watch { outcome.events.append(event) }
        } catch {
            outcome.error = error
        }
        return outcome
    }

    /// The lines of a buffer with a small limit: the same, or too long, however the bytes come.
    private static func checkLines(_ stream: [UInt8], seed: UInt8) throws {
        func lines(_ pieces: [[UInt8]]) -> (lines: [[UInt8]], isTooLong: Bool) {
            var buffer = LineBuffer(limitBytes: 200)
            var lines: [[UInt8]] = []
            for piece in pieces {
                guard let more = try? buffer.append(piece) else { return (lines, true) }
                lines += more
            }
            if let rest = buffer.finish() { lines.append(rest) }
            return (lines, false)
        }
        let whole = lines([stream])
        let cut = lines(pieces(stream, seed: seed))
        try require(whole.isTooLong == cut.isTooLong, "too long only in one piece, or only in several")
        if !whole.isTooLong { try require(whole.lines == cut.lines, "other lines in one piece than in several") }
        try require(cut.lines.allSatisfy { $0.count <= 200 && !$0.isEmpty && !$0.contains(0x0A) }, "a line that is none")
    }

    private static func pieces(_ stream: [UInt8], seed: UInt8) -> [[UInt8]] {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        var pieces: [[UInt8]] = []
        var rest = stream[...]
        while !rest.isEmpty {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            // Of one byte, of a few, of hundreds: by the seed.
            let length = 1 + Int(state >> 40) % (seed < 64 ? 3 : seed < 160 ? 40 : 700)
            pieces.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return pieces
    }
}
