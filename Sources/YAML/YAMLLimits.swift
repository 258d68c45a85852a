/// How much YAML is read before it is refused.
package struct YAMLLimits: Hashable, Sendable {
    /// What becomes of `&anchor` and `*alias`.
    package enum Aliases: Hashable, Sendable {
        case refused
        /// An alias stands for a copy of its anchor's node, each of whose nodes counts against `maxNodes`; so a file whose aliases multiply
        /// ("billion laughs") ends at that limit.
        case expanded
    }

    package var maxBytes: Int
    /// Collections within collections; 1 is a document that holds scalars only.
    package var maxDepth: Int
    /// Scalars and collections of all documents together, keys included.
    package var maxNodes: Int
    package var aliases: Aliases

    package init(maxBytes: Int = 1 << 20, maxDepth: Int = 32, maxNodes: Int = 100_000, aliases: Aliases = .refused) {
        self.maxBytes = maxBytes
        self.maxDepth = maxDepth
        self.maxNodes = maxNodes
        self.aliases = aliases
    }
}
