import AWS
import Model

@testable import GCP
@testable import Kubernetes

/// Small texts that stand in answers, annotations, descriptions and files: what was read is written down and read again.
enum ValuesDriver {
    static func run(_ input: [UInt8]) throws {
        let whole = String(decoding: input, as: UTF8.self)
        try checkClaim(whole)
        for text in [whole] + whole.split(whereSeparator: \.isNewline).prefix(16).map(String.init) {
            try checkAddresses(text)
            try checkTimes(text)
            try checkOwner(text)
            try checkReferences(text)
            try checkServers(text)
        }
    }

    private static func checkAddresses(_ text: String) throws {
        if let address = IPAddress(text) {
            try require(IPAddress(address.description) == address, "\(text) is written as \(address)")
            try require(address.description.utf8.count <= 39, "\(text) is written as \(address)")
            try require(CIDR(address).contains(address) && CIDR(address).isSingleAddress, "the block of \(address)")
        }
        guard let block = CIDR(masking: text) else {
            if (try? CIDR(strict: text)) != nil { throw Violation(description: "\(text) is a block only if read strictly") }
            return
        }
        try require(CIDR(masking: block.description) == block, "\(text) is written as \(block)")
        do {
            try require(try CIDR(strict: text) == block, "\(text) is another block if read strictly")
        } catch CIDR.Failure.hostBits(let meant) {
            try require(meant == block, "\(text) is refused for \(meant), not for \(block)")
        }
        try require(try CIDR(strict: block.description) == block, "\(block) has host bits")
        try require(block.contains(block.network) && block.overlaps(block) && block.count >= 1, "the block \(block)")
    }

    private static func checkTimes(_ text: String) throws {
        if let time = Timestamp(rfc3339: text) {
            let written = time.rfc3339Micro
            // A time zone can lead out of the years 0 to 9999.
            if (-62_167_219_200_000...253_402_300_799_999).contains(time.millisecondsSinceEpoch) {
                try require(Timestamp(rfc3339: written) == time, "\(text) is written as \(written)")
            }
            _ = time.basicISO8601
        }
        guard let duration = Duration(brief: text) else { return }
        try require(duration >= .zero, "\(text) is \(duration)")
        // Hours of more than nine digits are not read.
        guard duration < .seconds(3600 * 999_999_999) else { return }
        guard let again = Duration(brief: duration.brief) else { throw Violation(description: "\(text) is written as \(duration.brief)") }
        try require(again <= duration && duration - again < .seconds(60), "\(text) is written as \(duration.brief)")
        try require(again.brief == duration.brief, "\(text) is written as \(duration.brief), then as \(again.brief)")
    }

    private static func checkOwner(_ text: String) throws {
        for description in [text, RuleOwner.prefix + text] {
            guard let owner = RuleOwner(description: description) else { continue }
            try require(!owner.policy.isEmpty && !owner.policy.contains(" "), "the policy of \(description.debugDescription)")
            let again = RuleOwner(description: owner.description)
            try require(again == owner, "\(description.debugDescription) is \(owner), written as \(owner.description.debugDescription)")
            if owner.address != nil { try require(owner.description == description, "\(description) is written as \(owner.description)") }
        }
    }

    private static func checkClaim(_ text: String) throws {
        guard let claim = SwapClaim(json: text) else { return }
        try require(SwapClaim(json: claim.json) == claim, "\(text) is written as \(claim.json)")
        try require(!claim.json.utf8.contains(0x0A), "a claim of several lines")
    }

    private static func checkReferences(_ text: String) throws {
        if let instance = InstanceReference(providerID: text) {
            try require(InstanceReference(selfLink: instance.description) == instance, "\(text) is \(instance)")
        }
        if let instance = InstanceReference(selfLink: text) {
            try require(InstanceReference(selfLink: instance.description) == instance, "\(text) is \(instance)")
        }
        if let subnetwork = SubnetworkReference(selfLink: text) {
            try require(SubnetworkReference(selfLink: subnetwork.description) == subnetwork, "\(text) is \(subnetwork)")
        }
        _ = AddressUser(selfLink: text).description
        _ = AddressCollector.region(of: text)
    }

    private static func checkServers(_ text: String) throws {
        if case .success(let server) = ServerURL.parse(text) {
            try require(!server.text.hasSuffix("/"), "\(text) is \(server.text)")
            guard case .success(let again) = ServerURL.parse(server.text), again == server else {
                throw Violation(description: "\(text) is written as \(server.text)")
            }
        }
        if let endpoint = AWSEndpoint(url: text) {
            try require(isVisible(endpoint.url), "\(text.debugDescription) is \(endpoint.url.debugDescription)")
        }
        do {
            let endpoint = try ComputeEndpoint(environment: [ComputeEndpoint.variable: text])
            try require(endpoint.url.hasSuffix("/"), "\(text) is \(endpoint.url)")
            try require(isVisible(endpoint.url), "\(text.debugDescription) is \(endpoint.url.debugDescription)")
        } catch let error as APIError {
            try error.check()
        }
    }

    private static func isVisible(_ url: String) -> Bool { url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }
}
