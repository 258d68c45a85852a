import Glibc

/// Whether this process, and so the program that it starts, carries the address or thread sanitizer.
enum Sanitizer {
    static let isActive = dlsym(nil, "__asan_init") != nil || dlsym(nil, "__tsan_init") != nil
}
