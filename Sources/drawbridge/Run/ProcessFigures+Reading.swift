import Reporting

#if canImport(Glibc)
    import Glibc
#endif

extension ProcessFigures {
    /// Of this process, at this moment.
    ///
    /// Source: proc(5), `/proc/self/statm`, `/proc/self/stat` and `/proc/self/fd`; getrlimit(2).
    static var current: ProcessFigures {
        #if canImport(Glibc)
            ProcessFigures(
                residentBytes: residentBytes, processorSeconds: processorSeconds, openFiles: openFiles, maxFiles: maxFiles)
        #else
            ProcessFigures()
        #endif
    }

    #if canImport(Glibc)
        private static var residentBytes: Int? {
            let fields = text("/proc/self/statm")?.split(separator: " ") ?? []
            guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
            return pages * sysconf(Int32(_SC_PAGESIZE))
        }

        private static var processorSeconds: Double? {
            // The second field is the program's name in parentheses, whatever it holds; utime and stime are the 14th and the 15th.
            guard let text = text("/proc/self/stat"), let end = text.lastIndex(of: ")") else { return nil }
            let fields = text[end...].split(separator: " ")
            guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return nil }
            return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
        }

        /// A line of the kernel's, in one read.
        private static func text(_ path: String) -> String? {
            let file = open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { return nil }
            defer { close(file) }
            var bytes = [UInt8](repeating: 0, count: 1024)
            let count = read(file, &bytes, bytes.count)
            return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
        }

        private static var openFiles: Int? {
            guard let folder = opendir("/proc/self/fd") else { return nil }
            defer { closedir(folder) }
            var count = 0
            while readdir(folder) != nil { count += 1 }
            // Without `.`, `..` and the folder that is being read.
            return count - 3
        }

        private static var maxFiles: Int? {
            var limit = rlimit()
            guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < UInt(Int.max) else { return nil }
            return Int(limit.rlim_cur)
        }
    #endif
}
