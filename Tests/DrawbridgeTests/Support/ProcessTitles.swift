import Foundation

/// What everybody on a machine can read of a process: its arguments and its threads' names, and those of the programs that it runs.
///
/// Source: proc(5), `/proc/pid/cmdline`, `comm`, `task/tid/comm`, `task/tid/children`.
enum ProcessTitles {
    static func of(_ pid: Int32) -> [String] {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        let children = tasks.flatMap { read("/proc/\(pid)/task/\($0)/children").split(separator: " ").compactMap { Int32($0) } }
        let own = (["cmdline", "comm"] + tasks.map { "task/\($0)/comm" }).map { read("/proc/\(pid)/\($0)") }
        return own.filter { !$0.isEmpty } + children.flatMap(of)
    }

    private static func read(_ path: String) -> String {
        guard let data = FileManager.default.contents(atPath: path) else { return "" }
        return String(decoding: data, as: UTF8.self).replacingOccurrences(of: "\0", with: " ")
    }
}
