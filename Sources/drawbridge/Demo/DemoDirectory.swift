import FoundationEssentials

/// A directory for the files of the embedded clouds: credentials of no worth, but kept from other users all the same.
struct DemoDirectory {
    let path: String
    private let isTemporary: Bool

    init(_ given: String?, suffix: String) throws {
        let manager = FileManager.default
        isTemporary = given == nil
        path = given ?? manager.temporaryDirectory.appending(path: "drawbridge-demo-\(suffix)").path
        try manager.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// Removes what this process made; a directory that was given stays.
    func remove() {
        guard isTemporary else { return }
        try? FileManager.default.removeItem(atPath: path)
    }
}
