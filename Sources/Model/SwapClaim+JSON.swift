import FoundationEssentials

extension SwapClaim {
    /// The annotation's value: one line of JSON, keys sorted.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // A claim holds texts, numbers and addresses only: none of them can fail to encode.
        let data = (try? encoder.encode(self)) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    /// `nil` for what is no claim of this version, or larger than any claim.
    package init?(json: String) {
        guard json.utf8.count <= 8192, let claim = try? JSONDecoder().decode(SwapClaim.self, from: Data(json.utf8)) else { return nil }
        self = claim
    }
}

extension Node {
    /// The swap that is not over yet, if the node carries a claim that can be read.
    package var claim: SwapClaim? { annotations[Annotation.claim].flatMap(SwapClaim.init(json:)) }

    package var hasUnreadableClaim: Bool { annotations[Annotation.claim] != nil && claim == nil }
}
