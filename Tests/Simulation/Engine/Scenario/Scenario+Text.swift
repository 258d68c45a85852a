/// A scenario as lines that `simulate --scenario FILE` reads again.
extension Scenario {
    package struct Unreadable: Error {
        package var line: Int
        package var message: String
    }

    package var text: String {
        var lines = ["seed \(seed)"]
        for setting in Setting.allCases { lines.append("set \(setting.rawValue) \(self[setting])") }
        for action in actions { lines.append("at \(action.time) \(action.kind.rawValue) \(action.first) \(action.second)") }
        for fault in faults { lines.append("fault \(fault.kind.rawValue) \(fault.call.rawValue) \(fault.occurrence) \(fault.parameter)") }
        return lines.joined(separator: "\n") + "\n"
    }

    package init(text: String) throws(Unreadable) {
        self.init(seed: 0, settings: [:], actions: [], faults: [])
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(separator: " ").map(String.init)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            guard read(first, Array(words.dropFirst())) else { throw Unreadable(line: index + 1, message: "not understood: \(line)") }
        }
    }

    private mutating func read(_ word: String, _ rest: [String]) -> Bool {
        switch (word, rest.count) {
        case ("seed", 1):
            guard let value = UInt64(rest[0]) else { return false }
            seed = value
        case ("set", 2):
            guard let setting = Setting(rawValue: rest[0]), let value = Int(rest[1]) else { return false }
            settings[setting] = value
        case ("at", 4):
            guard let time = Int(rest[0]), let kind = WorldAction.Kind(rawValue: rest[1]), let a = Int(rest[2]), let b = Int(rest[3])
            else { return false }
            actions.append(WorldAction(at: time, kind, a, b))
        case ("fault", 4):
            guard let kind = FaultKind(rawValue: rest[0]), let call = CallKind(rawValue: rest[1]), let nth = Int(rest[2]),
                let value = Int(rest[3])
            else { return false }
            faults.append(PlannedFault(kind, call, nth, value))
        default: return false
        }
        return true
    }
}
