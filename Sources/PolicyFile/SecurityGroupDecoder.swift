internal import Model
internal import YAML

/// Reads an element of `spec.securityGroups`.
enum SecurityGroupDecoder {
    static func decode(_ object: PolicyObject) -> PolicyDraft.Group {
        let id = object["id"]?.text(where: AWSName.isSecurityGroupID)
        let region = object["region"]?.text(where: { AWSName.partition(ofRegion: $0) != nil }, hint: regionHint)
        let access = AWSAccessDecoder.decode(object, region: region)
        let portFields =
            object["ports"]?.elements("a mapping with protocol and port, or fromPort and toPort", count: 1...100) ?? []
        let ports = portFields.compactMap { field in
            field.object("spec.securityGroups[].ports[]").flatMap(port).map { Located($0, at: field) }
        }
        let foreignRules = object["foreignRules"]?.choice(of: Whitelist.Group.ForeignRules.self)
        let scopeField = object["scope"]
        let scope = scopeField.map { $0.choice(of: Whitelist.Group.Scope.self) } ?? .ports
        let ruleQuota = object["ruleQuota"].map { $0.int(in: 1...1000) } ?? 60
        let keep = keep(object)
        var draft = PolicyDraft.Group(reference: nil, ports: ports, scope: nil, group: nil)
        guard let id, let region, let idField = object["id"] else { return draft }
        let reference = SecurityGroupReference(id: id, region: region)
        draft.reference = Located(reference, at: idField)
        draft.scope = scope.map { Located($0, at: scopeField ?? idField) }
        if let access, let foreignRules, let scope, let ruleQuota {
            draft.group = Whitelist.Group(
                reference: reference, access: access, ports: ports.map(\.value), foreignRules: foreignRules, scope: scope,
                ruleQuota: ruleQuota, keep: keep)
        }
        return draft
    }

    private static func regionHint(_ text: String) -> String? {
        if GoogleCloudName.isRegion(text) { return "\(text) is a region of Google Cloud" }
        return AWSName.region(ofZone: text).map { "\(text) is an availability zone of \($0)" }
    }

    private static func port(_ object: PolicyObject) -> ManagedPort? {
        let name = object["protocol"]?.choice(of: PortProtocol.self)
        let range: ClosedRange<Int>?
        switch (object["port"], object["fromPort"], object["toPort"]) {
        case (.some(let port), nil, nil): range = port.int(in: 0...65_535).map { $0...$0 }
        case (nil, .some(let from), .some(let to)):
            let first = from.int(in: 0...65_535), last = to.int(in: 0...65_535)
            guard let first, let last else { return nil }
            if first > last {
                to.diagnostics.report(to.node.mark, to.path, found: "\(last)", expected: "at least fromPort, which is \(first)")
                return nil
            }
            range = first...last
        case (.some(let port), _, _):
            port.diagnostics.report(
                port.node.mark, port.path, found: "port beside fromPort or toPort",
                expected: "either port, or fromPort and toPort")
            return nil
        case (nil, let from, let to):
            let found = from != nil ? "fromPort without toPort" : to != nil ? "toPort without fromPort" : "no port"
            object.report(found: found, expected: "either port, or fromPort and toPort")
            return nil
        }
        guard let name, let range else { return nil }
        return ManagedPort(protocol: name == .tcp ? .tcp : .udp, ports: range)
    }

    private enum PortProtocol: String, CaseIterable { case tcp, udp }

    private static func keep(_ object: PolicyObject) -> [Whitelist.Group.Keep] {
        let fields = object["keep"]?.elements("a mapping with one of cidr, securityGroup and prefixList", count: 0...200) ?? []
        let entries = fields.compactMap { field in
            field.object("spec.securityGroups[].keep[]").flatMap(keepEntry).map { Located($0, at: field) }
        }
        PolicyField.refuseRepeats(of: entries, object.diagnostics) { entry in
            switch entry {
            case .cidr(let block): Quoting.quoted(block.description)
            case .securityGroup(let id), .prefixList(let id): Quoting.quoted(id)
            }
        }
        return entries.map(\.value)
    }

    private static func keepEntry(_ object: PolicyObject) -> Whitelist.Group.Keep? {
        let given = ["cidr", "securityGroup", "prefixList"].filter { object[$0] != nil }
        guard given.count == 1 else {
            let found = given.isEmpty ? "none of cidr, securityGroup and prefixList" : given.joined(separator: " beside ")
            object.report(found: found, expected: "exactly one of cidr, securityGroup and prefixList")
            return nil
        }
        if let field = object["securityGroup"] { return field.text(where: AWSName.isSecurityGroupID).map { .securityGroup($0) } }
        if let field = object["prefixList"] { return field.text(where: AWSName.isPrefixListID).map { .prefixList($0) } }
        return object["cidr"].flatMap(cidr).map { .cidr($0) }
    }

    private static func cidr(_ field: PolicyField) -> CIDR? {
        let text = field.text(where: { (try? CIDR(strict: $0)) != nil }) { text in
            if let address = IPAddress(text) { return "for this address alone \(CIDR(address))" }
            guard let block = CIDR(masking: text) else { return nil }
            return
                "\(text) has host bits: the block is \(block), the address alone \(text.prefix { $0 != "/" })/\(block.family.width)"
        }
        return text.flatMap { try? CIDR(strict: $0) }
    }
}
