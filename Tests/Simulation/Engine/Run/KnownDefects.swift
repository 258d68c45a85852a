/// Seeds that break an invariant through a defect that is known and not mended yet. They are told, with the reason, and don't fail a campaign; whoever mends one takes its row out.
package enum KnownDefects {
    package static let seeds: [UInt64: String] = [:]
}
