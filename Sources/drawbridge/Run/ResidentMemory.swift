import CMalloc
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#endif

/// Keeps the controller's resident memory near what its steady state needs.
///
/// Starting touches most of the program once: relocation, the runtime's look at every conformance, the first TLS handshake. Of a program that then waits for most of its life
/// these pages would stay resident until the node runs short, and count against the pod's limit all the while.
enum ResidentMemory {
    /// Before threads begin: each of glibc's arenas keeps what it was given, and the loop's few threads don't contend for one.
    static func prepare() {
        #if canImport(Glibc)
            _ = mallopt(M_ARENA_MAX, 2)
        #endif
    }

    /// Gives back free heap pages, and the mapped pages of code; those that are needed again come from the page cache.
    static func trim() {
        #if canImport(Glibc)
            _ = malloc_trim(0)
            for range in codeMappings() {
                guard let start = UnsafeMutableRawPointer(bitPattern: range.lowerBound) else { continue }
                _ = madvise(start, Int(range.upperBound - range.lowerBound), MADV_DONTNEED)
            }
        #endif
    }

    /// Executable mappings of files, which are never written: a page of theirs that is dropped is the file's own again.
    /// Source: proc_pid_maps(5).
    private static func codeMappings() -> [Range<UInt>] {
        guard let data = FileManager.default.contents(atPath: "/proc/self/maps") else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count >= 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else { return nil }
            let bounds = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            return bounds.count == 2 && bounds[0] < bounds[1] ? bounds[0]..<bounds[1] : nil
        }
    }
}
