import Locking
import Model
import Testing

/// A gate that a call holds on to: it does not open again for what was begun before the lease was lost.
@Suite struct WriteGateTests {
    @Test func `what was begun before a loss is not sent after it, though the lease is held again`() {
        let (holds, losses) = (Locked(true), Locked(0))
        let whole = WriteGate { holds.withLock { $0 } }
        let begun = whole.closed { losses.withLock { $0 } == 0 }
        #expect(isOpen(begun))
        holds.withLock { $0 = false }
        #expect(!isOpen(begun) && !isOpen(whole))
        holds.withLock { $0 = true }
        losses.withLock { $0 += 1 }
        #expect(isOpen(whole))
        #expect(!isOpen(begun))
    }

    private func isOpen(_ gate: WriteGate) -> Bool {
        do throws(APIError) {
            try gate.pass(.compute, "instances.deleteAccessConfig", on: "node-1", after: nil)
            return true
        } catch {
            return error.code != WriteGate.code
        }
    }
}
