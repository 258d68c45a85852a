import Testing

@testable import Kubernetes

@Suite struct LineBufferTests {
    private static let text = Array("{\"a\":1}\n\n{\"ü\":\"€\"}\r\n{\"c\":3}\nrest".utf8)
    private static let lines = ["{\"a\":1}", "{\"ü\":\"€\"}", "{\"c\":3}"].map { Array($0.utf8) }

    @Test func `lines are the same wherever two chunks meet`() throws {
        for split in 0...Self.text.count {
            var buffer = LineBuffer(limitBytes: 100)
            let found = try buffer.append(Array(Self.text[..<split])) + buffer.append(Array(Self.text[split...]))
            #expect(found == Self.lines, "split at \(split)")
            #expect(buffer.finish() == Array("rest".utf8))
            #expect(buffer.finish() == nil)
        }
    }

    @Test func `lines are the same for chunks of any size`() throws {
        for size in 1...Self.text.count {
            var buffer = LineBuffer(limitBytes: 100)
            var found: [[UInt8]] = []
            var start = 0
            while start < Self.text.count {
                found += try buffer.append(Array(Self.text[start..<min(start + size, Self.text.count)]))
                start += size
            }
            #expect(found == Self.lines, "chunks of \(size)")
        }
    }

    @Test func `a line beyond the limit is refused, ended or not`() throws {
        for chunk in [4, 5, 11, 12] {
            var buffer = LineBuffer(limitBytes: 10)
            #expect(throws: LineBuffer.LineTooLong(limitBytes: 10)) {
                for _ in 0..<(12 / chunk + 1) { _ = try buffer.append(Array(repeating: 0x61, count: chunk)) }
            }
        }
        var buffer = LineBuffer(limitBytes: 10)
        #expect(try buffer.append(Array("0123456789\n0123456789\n".utf8)).count == 2)
        #expect(throws: LineBuffer.LineTooLong.self) { try buffer.append(Array("0123456789a\n".utf8)) }
    }
}
