import CMalloc

#if canImport(Glibc)
    import Glibc
#endif

/// Keeps the controller's resident memory near what its steady state needs.
///
/// Starting touches most of the program once: relocation, the runtime's look at every conformance, the first TLS handshake. Of a program
/// that then waits for most of its life these pages would stay resident until the node runs short, and count against the pod's limit all
/// the while.
enum ResidentMemory {
    /// Above this a block is a mapping of its own: the bodies of lists and what their reading needs.
    private static let mappedBytes: Int32 = 128 << 10

    /// Before any other thread begins, since each is given an arena when it first allocates. What only one of them needs at its peak, the
    /// others' arenas can't use; the loop's few threads don't contend for one.
    static func prepare() {
        #if canImport(Glibc)
            _ = mallopt(M_ARENA_MAX, 1)
            // Set, it stays: glibc would raise it to the size of whatever block is freed, up to 32 MiB, and keep the next ones of that
            // size in the heap. Source: mallopt(3).
            _ = mallopt(M_MMAP_THRESHOLD, mappedBytes)
            _ = mallopt(M_TRIM_THRESHOLD, mappedBytes)
        #endif
    }

    /// Gives back free heap pages, and the mapped pages of code; those that are needed again come from the page cache.
    static func trim() {
        #if canImport(Glibc)
            _ = malloc_trim(0)
            drawbridge_drop_code()
        #endif
    }
}
