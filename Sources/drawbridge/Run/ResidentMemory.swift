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

    /// Mappings of files that can't be written and never were: a page of theirs that is dropped is the file's own again.
    /// Source: proc_pid_smaps(5); `Anonymous` counts pages that are no longer the file's, such as relocated ones.
    private static func codeMappings() -> [Range<UInt>] {
        guard let data = FileManager.default.contents(atPath: "/proc/self/smaps") else { return [] }
        var mappings: [Range<UInt>] = []
        var current: Range<UInt>?
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard let first = fields.first else { continue }
            if first == "Anonymous:" {
                if let current, fields.count > 1, fields[1] == "0" { mappings.append(current) }
                current = nil
            } else if fields.count >= 5, !first.hasSuffix(":") {
                let isReadOnlyFile = (fields[1] == "r-xp" || fields[1] == "r--p") && fields.count >= 6 && fields[5].hasPrefix("/")
                let bounds = first.split(separator: "-").compactMap { UInt($0, radix: 16) }
                current = isReadOnlyFile && bounds.count == 2 && bounds[0] < bounds[1] ? bounds[0]..<bounds[1] : nil
            }
        }
        return mappings
    }
}
