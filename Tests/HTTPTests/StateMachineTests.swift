import Testing

@testable import HTTP

@Suite struct `Response head` {
    private func read(_ lines: [String]) -> (ResponseHead, [ResponseHead.Progress]) {
        var head = ResponseHead()
        let progress = lines.map { line in Array(line.utf8).withUnsafeBytes { head.read($0) } }
        return (head, progress)
    }

    @Test func `interim heads are skipped and white space around values is not theirs`() {
        let (head, progress) = read([
            "HTTP/1.1 103 Early Hints\r\n", "Link: x\r\n", "\r\n", "HTTP/1.1 404 Not Found\r\n", "Retry-After: \t 3 \r\n", "E:\r\n",
            "\r\n",
        ])
        #expect(progress.last == .complete)
        #expect(progress.dropLast().allSatisfy { $0 == .more })
        #expect(head.status == 404)
        #expect(head.headers.fields.map { "\($0.name)=\($0.value)" } == ["Retry-After=3", "E="])
    }

    @Test func `a folded line continues the value before it`() {
        let (head, _) = read(["HTTP/2 200\r\n", "a: 1\r\n", "\t2\r\n", "b: 3\n", "\r\n", "trailer: ignored\r\n"])
        #expect(head.status == 200)
        #expect(head.headers.values("A") == ["1 2"])
        #expect(head.headers["trailer"] == nil)
    }

    @Test(arguments: [
        ["HTTP/1.1 abc\r\n"], ["HTTP/1.1 99999 x\r\n"], ["SSH-2.0\r\n"], ["HTTP/1.1 200 OK\r\n", "no colon\r\n"],
        ["HTTP/1.1 200 OK\r\n", ": no name\r\n"], ["HTTP/1.1 200 OK\r\n", " folded into nothing\r\n"], ["\r\n"],
    ])
    func `what is no head is malformed`(_ lines: [String]) {
        #expect(read(lines).1.last == .malformed)
    }

    @Test func `fields and bytes have a limit, trailers included`() {
        let many = ["HTTP/1.1 200 OK\r\n"] + Array(repeating: "a: b\r\n", count: ResponseHead.maxFields)
        #expect(read(many).1.last == .more)
        #expect(read(many + ["a: b\r\n"]).1.last == .tooLarge)
        #expect(read(many + ["\r\n", "a: b\r\n"]).1.last == .tooLarge)
        let long = "a: " + String(repeating: "x", count: ResponseHead.maxBytes)
        #expect(read(["HTTP/1.1 200 OK\r\n", long]).1.last == .tooLarge)
    }
}

@Suite struct `Body queue` {
    private func offer(_ queue: inout BodyQueue, _ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { queue.offer($0) } }
    private let error = HTTPError(.interrupted, request: "GET x", message: "", mayHaveBeenReceived: true)

    @Test func `above the mark the sender is held back until the reader has taken all`() {
        var queue = BodyQueue(highWaterBytes: 4)
        #expect(queue.take() == .nothingYet)
        #expect(offer(&queue, [1, 2, 3]))
        #expect(offer(&queue, [4, 5]))
        #expect(!offer(&queue, [6]))
        #expect(queue.isHeld)
        #expect(queue.take() == .piece([1, 2, 3, 4, 5], resume: true))
        #expect(!queue.isHeld)
        #expect(offer(&queue, [6]))
        #expect(queue.take() == .piece([6], resume: false))
    }

    @Test func `what came before the end is read before it, and the end stays`() {
        var queue = BodyQueue(highWaterBytes: 4)
        #expect(offer(&queue, [1]))
        queue.finish(.failed(error))
        queue.finish(.finished)
        #expect(queue.take() == .piece([1], resume: false))
        #expect(queue.take() == .ended(.failed(error)))
        #expect(queue.take() == .ended(.failed(error)))
    }

    @Test func `a reader that gave up gets nothing more, and nothing is kept for it`() {
        var queue = BodyQueue(highWaterBytes: 4)
        let cancelled = HTTPError(.cancelled, request: "GET x", message: "", mayHaveBeenReceived: true)
        #expect(offer(&queue, [1]))
        queue.finish(.failed(cancelled))
        #expect(offer(&queue, [2, 3, 4, 5, 6]))
        #expect(queue.take() == .ended(.failed(cancelled)))
    }
}

@Suite struct `Origin queue` {
    private let start = ContinuousClock.now

    @Test func `so many run at a time for one origin, the others follow in their order`() {
        var queue = OriginQueue<Int>(limit: 2)
        #expect((1...5).map { queue.enter(UInt64($0), $0, origin: "a", deadline: nil) } == [1, 2, nil, nil, nil])
        #expect(queue.enter(6, 6, origin: "b", deadline: nil) == 6)
        #expect(queue.remove(4) == 4)
        #expect(queue.remove(4) == nil)
        #expect(queue.leave(origin: "a") == 3)
        #expect(queue.leave(origin: "a") == 5)
        #expect(queue.leave(origin: "a") == nil)
        #expect(queue.leave(origin: "a") == nil)
        #expect(queue.isEmpty)
        #expect((7...9).map { queue.enter(UInt64($0), $0, origin: "a", deadline: nil) } == [7, 8, nil])
        #expect(queue.removeAll() == [9])
    }

    @Test func `those whose time is up are taken out, and the next deadline is known`() {
        var queue = OriginQueue<Int>(limit: 1)
        for id in 0..<4 { _ = queue.enter(UInt64(id), id, origin: "a", deadline: start + .seconds(id)) }
        #expect(queue.earliestDeadline == start + .seconds(1))
        #expect(queue.expire(start).isEmpty)
        #expect(queue.expire(start + .seconds(2)) == [1, 2])
        #expect(queue.earliestDeadline == start + .seconds(3))
        #expect(queue.leave(origin: "a") == 3)
        #expect(queue.earliestDeadline == nil)
    }

    @Test func `removing most of a long line keeps the order of the rest`() {
        var queue = OriginQueue<Int>(limit: 1)
        for id in 0...10_000 { _ = queue.enter(UInt64(id), id, origin: "a", deadline: nil) }
        for id in 1...10_000 where id % 1000 != 0 { #expect(queue.remove(UInt64(id)) == id) }
        var order: [Int] = []
        while let next = queue.leave(origin: "a") { order.append(next) }
        #expect(order == Array(stride(from: 1000, through: 10_000, by: 1000)))
    }
}

@Suite struct `Transfer clock` {
    private let start = ContinuousClock.now
    private let limits = HTTPLimits(connect: .seconds(5), total: .seconds(100), idle: .seconds(10), responseBytes: 0)

    @Test func `connecting, then idling, then the whole`() {
        var clock = TransferClock(limits, totalDeadline: start + .seconds(100), now: start)
        #expect(clock.expired(start + .seconds(4)) == nil)
        #expect(clock.expired(start + .seconds(5)) == .connect)
        clock.activity(start + .seconds(4))
        #expect(clock.expired(start + .seconds(13)) == nil)
        #expect(clock.expired(start + .seconds(14)) == .idle)
        clock.activity(start + .seconds(95))
        #expect(clock.deadline?.limit == .total)
        #expect(clock.expired(start + .seconds(100)) == .total)
    }

    @Test func `while the reader holds the body back the idle clock stands, the total one does not`() {
        var clock = TransferClock(limits, totalDeadline: nil, now: start)
        clock.activity(start)
        clock.hold()
        #expect(clock.deadline == nil)
        clock.activity(start + .seconds(1))
        #expect(clock.expired(start + .seconds(1_000_000)) == nil)
        clock.resume(start + .seconds(50))
        #expect(clock.expired(start + .seconds(59)) == nil)
        #expect(clock.expired(start + .seconds(60)) == .idle)
        var bounded = TransferClock(limits, totalDeadline: start + .seconds(100), now: start)
        bounded.hold()
        #expect(bounded.expired(start + .seconds(100)) == .total)
    }

    @Test func `resuming what was not held does not set the clock back`() {
        var clock = TransferClock(limits, totalDeadline: nil, now: start)
        clock.resume(start + .seconds(4))
        #expect(clock.expired(start + .seconds(5)) == .connect)
    }
}
