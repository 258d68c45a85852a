/// What Google Cloud accepts as ids, labels and regions.
enum GoogleCloudName {
    /// Source: Resource Manager documentation, Creating and managing projects: 6 to 30 characters; older ids are scoped by a domain,
    /// `example.com:project`.
    static func isProjectID(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let id = parts.last, parts.count <= 2 else { return false }
        if parts.count == 2, !(parts[0].contains(".") && KubernetesName.isDNSSubdomain(parts[0])) { return false }
        return Bytes.isName(
            id, length: 6...30, first: Bytes.isLower, middle: { Bytes.isLowerAlphanumeric($0) || $0 == 0x2D },
            last: Bytes.isLowerAlphanumeric)
    }

    /// Source: Google's 400 for `node_pool.name`: a match of `(?:[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?)`.
    static func isNodePool(_ text: String) -> Bool {
        Bytes.isName(
            text, length: 1...40, first: Bytes.isLower, middle: { Bytes.isLowerAlphanumeric($0) || $0 == 0x2D },
            last: Bytes.isLowerAlphanumeric)
    }

    /// Source: Resource Manager documentation, Labels overview, Requirements for labels: characters of any script that has no capitals
    /// are letters too.
    static func isLabelKey(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, isLetter(first) else { return false }
        return isLabelValue(text)
    }

    static func isLabelValue(_ text: String) -> Bool {
        text.unicodeScalars.count <= 63
            && text.unicodeScalars.allSatisfy { isLetter($0) || isNumber($0) || $0 == "-" || $0 == "_" }
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        [.lowercaseLetter, .otherLetter].contains(scalar.properties.generalCategory)
    }

    private static func isNumber(_ scalar: Unicode.Scalar) -> Bool {
        [.decimalNumber, .letterNumber, .otherNumber].contains(scalar.properties.generalCategory)
    }

    private static let continents = [
        "africa", "asia", "australia", "europe", "me", "northamerica", "southamerica", "us",
    ]

    /// Whether a text has the form of a region, such as `northamerica-northeast1`.
    /// Source: Compute Engine documentation, Regions and zones.
    static func isRegion(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, continents.contains(String(parts[0])) else { return false }
        let digits = parts[1].utf8.reversed().prefix(while: Bytes.isDigit)
        return (1...2).contains(digits.count) && digits.last != 0x30
            && CompassDirection(rawValue: String(parts[1].dropLast(digits.count))) != nil
    }

    /// The region of a zone such as `europe-west1-b`; `nil` for what is no zone.
    static func region(ofZone text: String) -> String? {
        guard let dash = text.lastIndex(of: "-"), text[dash...].utf8.count == 2, isRegion(String(text[..<dash])),
            text.utf8.last.map(Bytes.isLower) == true
        else { return nil }
        return String(text[..<dash])
    }
}

/// The part of a continent that regions of both clouds are named by.
enum CompassDirection: String {
    case north, south, east, west, central, northeast, northwest, southeast, southwest
}
