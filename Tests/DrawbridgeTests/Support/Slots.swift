/// How many worlds are served at a time: the machine has few cores, and each world has processes of its own.
actor Slots {
    static let worlds = Slots(3)
    /// Worlds in which faults are met one after the other, with some waiting in between.
    static let faults = Slots(4)
    /// Worlds that do little but wait.
    static let idle = Slots(14)
    static let kills = Slots(3)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    func take() async {
        if free > 0 {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func giveBack() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
