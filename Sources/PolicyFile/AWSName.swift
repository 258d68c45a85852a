/// What AWS accepts as ids, regions and ARNs.
enum AWSName {
    /// The parts of AWS between which no credentials work, and the starts of their regions' names.
    /// Source: botocore 1.43, data/partitions.json, `regionRegex`.
    private static let partitions: [(name: String, regionPrefixes: [String])] = [
        ("aws", ["af", "ap", "ca", "eu", "il", "me", "mx", "sa", "us"]),
        ("aws-cn", ["cn"]),
        ("aws-us-gov", ["us-gov"]),
        ("aws-iso", ["us-iso"]),
        ("aws-iso-b", ["us-isob"]),
        ("aws-iso-e", ["eu-isoe"]),
        ("aws-iso-f", ["us-isof"]),
        ("aws-eusc", ["eusc-de"]),
    ]

    /// The partition of a region; `nil` for a text that has not the form of a region, such as `eu-west-1`.
    static func partition(ofRegion text: String) -> String? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[parts.count - 1].utf8.count == 1, let digit = parts.last?.utf8.first,
            Bytes.isDigit(digit), digit != 0x30, CompassDirection(rawValue: String(parts[parts.count - 2])) != nil
        else { return nil }
        let prefix = parts.dropLast(2).joined(separator: "-")
        return partitions.first { $0.regionPrefixes.contains(prefix) }?.name
    }

    /// The region of an availability zone such as `eu-west-1a`; `nil` for what is no zone.
    static func region(ofZone text: String) -> String? {
        guard text.utf8.last.map(Bytes.isLower) == true else { return nil }
        let region = String(text.dropLast())
        return partition(ofRegion: region) == nil ? nil : region
    }

    /// Source: EC2 User Guide, Resource IDs: 8 hexadecimal digits before 2016, 17 since.
    static func isSecurityGroupID(_ text: String) -> Bool { isID(text, prefix: "sg-") }
    static func isPrefixListID(_ text: String) -> Bool { isID(text, prefix: "pl-") }

    private static func isID(_ text: String, prefix: String) -> Bool {
        text.hasPrefix(prefix) && (8...17).contains(text.utf8.count - prefix.utf8.count)
            && text.utf8.dropFirst(prefix.utf8.count).allSatisfy(Bytes.isLowerHexadecimal)
    }

    /// The partition of a role's ARN, `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`; `nil` for what is no such ARN.
    /// Source: IAM User Guide, IAM identifiers; IAM and STS quotas: names up to 64 characters, paths up to 512.
    static func partition(ofRoleARN text: String) -> String? {
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", partitions.contains(where: { $0.name == parts[1] }), parts[2] == "iam",
            parts[3].isEmpty, parts[4].utf8.count == 12, parts[4].utf8.allSatisfy(Bytes.isDigit), parts[5].hasPrefix("role/")
        else { return nil }
        let segments = parts[5].dropFirst("role/".count).split(separator: "/", omittingEmptySubsequences: false)
        let isValid =
            segments.last.map { $0.utf8.count <= 64 } == true && text.utf8.count <= 64 + 512
            && segments.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isNameByte) }
        return isValid ? String(parts[1]) : nil
    }

    /// Source: STS API Reference, AssumeRole, `ExternalId`.
    static func isExternalID(_ text: String) -> Bool {
        (2...1224).contains(text.utf8.count) && text.utf8.allSatisfy { Bytes.isAlphanumeric($0) || "_+=,.@:/-".utf8.contains($0) }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        Bytes.isAlphanumeric(byte) || "_+=,.@-".utf8.contains(byte)
    }
}
