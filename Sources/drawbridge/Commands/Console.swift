#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What a command says to the person who typed it: reports on standard output, problems on standard error.
enum Console {
    static func report(_ text: String) { put(text, STDOUT_FILENO) }
    static func error(_ text: String) { put(plain(text.hasSuffix("\n") ? text : text + "\n"), STDERR_FILENO) }

    /// Asks on the terminal; only a whole "yes" agrees.
    static func confirm(_ question: String) -> Bool {
        put(question + " Only \"yes\" is taken for an answer: ", STDOUT_FILENO)
        return readLine(strippingNewline: true) == "yes"
    }

    /// What a server or a file says moves no cursor; lines stay lines.
    private static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0 != "\n" && ($0.value < 0x20 || (0x7F...0x9F).contains($0.value)) ? " " : $0 }))
    }

    private static func put(_ text: String, _ descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
