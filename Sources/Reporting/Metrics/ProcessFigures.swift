/// What a process takes of the machine. What can't be read is `nil`.
package struct ProcessFigures: Hashable, Sendable {
    package var residentBytes: Int?
    package var processorSeconds: Double?
    package var openFiles: Int?
    package var maxFiles: Int?

    package init(residentBytes: Int? = nil, processorSeconds: Double? = nil, openFiles: Int? = nil, maxFiles: Int? = nil) {
        self.residentBytes = residentBytes
        self.processorSeconds = processorSeconds
        self.openFiles = openFiles
        self.maxFiles = maxFiles
    }
}
