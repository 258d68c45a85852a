import Reporting

#if canImport(Glibc)
    import Glibc
#endif

extension ProcessFigures {
    /// Of this process, at this moment.
    ///
    /// Source: proc(5), `/proc/self/statm` and `/proc/self/fd`; getrusage(2); getrlimit(2).
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
            let file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { return nil }
            defer { close(file) }
            var bytes = [UInt8](repeating: 0, count: 256)
            let count = read(file, &bytes, bytes.count)
            guard count > 0 else { return nil }
            let fields = String(decoding: bytes[..<count], as: UTF8.self).split(separator: " ")
            guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
            return pages * sysconf(Int32(_SC_PAGESIZE))
        }

        private static var processorSeconds: Double? {
            var usage = rusage()
            guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
            return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1_000_000 }
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
