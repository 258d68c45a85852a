extension String {
    /// A setting that should have been a URL or a host, for a message: without what stands before its last `@`, which may be a password.
    package var withoutUser: String {
        guard let end = lastIndex(of: "@") else { return self }
        return "…" + self[index(after: end)...]
    }
}
