/// What uses an Address: a VM instance, or something that must never be detached.
package enum AddressUser: Hashable, Sendable {
    case instance(InstanceReference)
    /// A forwarding rule, a router (Cloud NAT) or anything else, by its self link.
    case other(String)

    package init(selfLink: String) {
        self = InstanceReference(selfLink: selfLink).map(AddressUser.instance) ?? .other(selfLink)
    }
}

extension AddressUser: CustomStringConvertible {
    package var description: String {
        switch self {
        case .instance(let reference): return reference.description
        case .other(let link):
            guard let start = link.range(of: "projects/") else { return link }
            return String(link[start.lowerBound...])
        }
    }
}

extension String {
    /// The first place of a text; the standard library's own is Foundation's.
    fileprivate func range(of needle: String) -> Range<String.Index>? {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(needle) { return index..<self.index(index, offsetBy: needle.count) }
            index = self.index(after: index)
        }
        return nil
    }
}
