/// The version of this build, as `--version` prints it and requests carry it.
enum DrawbridgeVersion {
    static let current = "0.1.0"
}
