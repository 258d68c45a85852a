import Foundation
import Locking

/// A pseudo-terminal: a program beneath it believes that a person sits there. What it writes is kept, and what a person would see of it
/// can be told.
final class Terminal: Sendable {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let columns: Int
    /// For the program's input, output and errors.
    let programSide: FileHandle
    private let ownSide: FileHandle
    private let bytes = Locked<[UInt8]>([])

    init(columns: Int) throws {
        var (own, program) = (Int32(-1), Int32(-1))
        var size = winsize(ws_row: 40, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        guard openpty(&own, &program, nil, nil, &size) == 0 else { throw Failure(description: "openpty: errno \(errno)") }
        self.columns = columns
        ownSide = FileHandle(fileDescriptor: own, closeOnDealloc: true)
        programSide = FileHandle(fileDescriptor: program, closeOnDealloc: true)
        Thread.detachNewThread { [bytes, ownSide] in
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(ownSide.fileDescriptor, &buffer, buffer.count)
                // EIO once nobody holds the program's side any more.
                guard count > 0 else { return }
                bytes.withLock { $0 += buffer[..<count] }
            }
        }
    }

    func type(_ text: String) throws { try ownSide.write(contentsOf: Data(text.utf8)) }

    /// Waits until all is read that was written so far: a mark is written behind it, and taken off again when it has come through.
    func settle() async throws {
        let mark: UInt8 = 1
        try programSide.write(contentsOf: Data([mark]))
        try await poll(within: .seconds(30)) {
            bytes.withLock { bytes in
                guard bytes.last == mark else { return "the terminal's output does not come through" }
                bytes.removeLast()
                return nil
            }
        }
    }

    /// All that was written, control sequences and all.
    var written: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }

    /// What a person sees who scrolls back: each row as it stands, after returns, erased lines and wraps at the last column.
    var screen: [String] {
        var rows: [[Character]] = [[]]
        var column = 0
        var rest = Substring(written.replacingOccurrences(of: "\r\n", with: "\n\u{0}"))
        while let character = rest.popFirst() {
            switch character {
            case "\u{0}": column = 0
            case "\r": column = 0
            case "\n":
                rows.append([])
                column = 0
            case "\u{1B}":
                let sequence = rest.prefix { !$0.isLetter }
                rest.removeFirst(sequence.count)
                if rest.popFirst() == "K", sequence == "[2" { rows[rows.count - 1] = [] }
            default:
                if column == columns {
                    rows.append([])
                    column = 0
                }
                while rows[rows.count - 1].count <= column { rows[rows.count - 1].append(" ") }
                rows[rows.count - 1][column] = character
                column += 1
            }
        }
        return rows.map { String($0) }
    }
}
