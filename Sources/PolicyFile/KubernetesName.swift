/// What Kubernetes accepts as names, label keys and label values.
///
/// Source: Kubernetes documentation, Object Names and IDs; Labels and Selectors, Syntax and character set.
enum KubernetesName {
    /// A DNS label of RFC 1123.
    static func isDNSLabel(_ text: some StringProtocol) -> Bool {
        Bytes.isName(
            text, length: 1...63, first: Bytes.isLowerAlphanumeric, middle: { Bytes.isLowerAlphanumeric($0) || $0 == 0x2D },
            last: Bytes.isLowerAlphanumeric)
    }

    /// A DNS subdomain of RFC 1123: labels joined by dots. Kubernetes does not bound the single label, DNS does.
    static func isDNSSubdomain(_ text: some StringProtocol, maxLength: Int = 253) -> Bool {
        text.utf8.count <= maxLength && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isDNSLabel($0) }
    }

    /// `prefix/name` or `name`, for keys of labels and taints.
    static func isQualifiedName(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let name = parts.last, parts.count <= 2, isLabelText(name) else { return false }
        return parts.count == 1 || isDNSSubdomain(parts[0])
    }

    static func isLabelValue(_ text: String) -> Bool { text.isEmpty || isLabelText(text) }

    private static func isLabelText(_ text: some StringProtocol) -> Bool {
        Bytes.isName(
            text, length: 1...63, first: Bytes.isAlphanumeric,
            middle: { Bytes.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E }, last: Bytes.isAlphanumeric)
    }
}
