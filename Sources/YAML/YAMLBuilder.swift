/// Builds trees from events, without recursion, within limits.
struct YAMLBuilder {
    /// A collection that is not complete yet.
    private struct Frame {
        var isMapping: Bool
        var mark: YAMLMark
        var anchor: String?
        var elements: [YAMLNode] = []
        var entries: [YAMLNode.Entry] = []
        var keys: Set<String> = []
        /// The key that waits for its value.
        var key: YAMLNode?
        var isDuplicate = false
    }

    private static let core = "tag:yaml.org,2002:"
    private static let maxDuplicateKeys = 100

    private let limits: YAMLLimits
    private var frames: [Frame] = []
    private var anchors: [String: YAMLNode] = [:]
    private var nodeCount = 0
    private(set) var documents: [YAMLNode] = []
    private(set) var duplicateKeys: [YAMLError] = []

    init(limits: YAMLLimits) { self.limits = limits }

    mutating func add(_ event: YAMLEvent) throws(YAMLError) {
        switch event {
        case .documentStart, .documentEnd: anchors = [:]
        case .alias(let name, let mark): try insert(resolve(name, mark), at: mark, anchor: nil)
        case .scalar(let text, let isPlain, let properties, let mark):
            try count(1, at: mark)
            let style = try YAMLBuilder.style(isPlain: isPlain, tag: properties.tag, mark)
            try insert(YAMLNode(value: .scalar(text, style), mark: mark), at: mark, anchor: checked(properties.anchor, mark))
        case .sequenceStart(let properties, let mark): try open(isMapping: false, properties, mark)
        case .mappingStart(let properties, let mark): try open(isMapping: true, properties, mark)
        case .collectionEnd:
            guard let frame = frames.popLast() else { return }
            let value: YAMLNode.Value = frame.isMapping ? .mapping(frame.entries) : .sequence(frame.elements)
            try insert(YAMLNode(value: value, mark: frame.mark), at: frame.mark, anchor: frame.anchor)
        }
    }

    private mutating func open(isMapping: Bool, _ properties: YAMLEvent.Properties, _ mark: YAMLMark) throws(YAMLError) {
        try count(1, at: mark)
        if let tag = properties.tag, tag != "!", tag != YAMLBuilder.core + (isMapping ? "map" : "seq") {
            throw YAMLBuilder.refused(tag: tag, mark)
        }
        if let parent = frames.last, parent.isMapping, parent.key == nil {
            throw YAMLError(mark: mark, found: isMapping ? "a mapping as a key" : "a list as a key", expected: "text")
        }
        guard frames.count < limits.maxDepth else { throw tooDeep(mark) }
        frames.append(Frame(isMapping: isMapping, mark: mark, anchor: try checked(properties.anchor, mark)))
    }

    /// - Parameter mark: where the node stands here, which for an alias is not where its node was written.
    private mutating func insert(_ node: YAMLNode, at mark: YAMLMark, anchor: String?) throws(YAMLError) {
        if let anchor { anchors[anchor] = node }
        guard let top = frames.indices.last else {
            documents.append(node)
            return
        }
        if !frames[top].isMapping {
            frames[top].elements.append(node)
        } else if let key = frames[top].key {
            if !frames[top].isDuplicate { frames[top].entries.append((key, node)) }
            frames[top].key = nil
        } else {
            guard let text = node.text else { throw YAMLError(mark: mark, found: "a collection as a key", expected: "text") }
            frames[top].key = node
            frames[top].isDuplicate = !frames[top].keys.insert(text).inserted
            if frames[top].isDuplicate { report(duplicate: text, of: frames[top], at: mark) }
        }
    }

    private mutating func report(duplicate key: String, of frame: Frame, at mark: YAMLMark) {
        guard duplicateKeys.count < YAMLBuilder.maxDuplicateKeys else { return }
        let first = frame.entries.first { $0.key.text == key }?.key.mark.line ?? frame.mark.line
        duplicateKeys.append(
            YAMLError(
                mark: mark, found: "the key \"\(YAMLExcerpt.escaped(key))\" again",
                expected: "each key once (the first stands on line \(first))"))
    }

    // MARK: Limits

    private mutating func count(_ nodes: Int, at mark: YAMLMark) throws(YAMLError) {
        nodeCount += nodes
        if nodeCount > limits.maxNodes {
            throw YAMLError(mark: mark, found: "more than \(limits.maxNodes) values", expected: "a smaller file")
        }
    }

    private func tooDeep(_ mark: YAMLMark) -> YAMLError {
        YAMLError(mark: mark, found: "collections nested deeper", expected: "at most \(limits.maxDepth) levels")
    }

    private static func refused(tag: String, _ mark: YAMLMark) -> YAMLError {
        YAMLError(
            mark: mark, found: "the tag \(YAMLExcerpt.escaped(tag))", expected: "no tag, or the core schema's for such a value")
    }

    private static func style(isPlain: Bool, tag: String?, _ mark: YAMLMark) throws(YAMLError) -> YAMLNode.Style {
        guard let tag else { return isPlain ? .plain : .quoted }
        switch tag {
        case "!", core + "str": return .quoted
        case core + "null", core + "bool", core + "int", core + "float": return .plain
        default: throw refused(tag: tag, mark)
        }
    }

    // MARK: Anchors

    private func checked(_ anchor: String?, _ mark: YAMLMark) throws(YAMLError) -> String? {
        if let anchor, limits.aliases == .refused {
            throw YAMLError(
                mark: mark, found: "the anchor &\(YAMLExcerpt.escaped(anchor))",
                expected: "the value alone: anchors are not supported here")
        }
        return anchor
    }

    private mutating func resolve(_ name: String, _ mark: YAMLMark) throws(YAMLError) -> YAMLNode {
        if limits.aliases == .refused {
            throw YAMLError(
                mark: mark, found: "the alias *\(YAMLExcerpt.escaped(name))",
                expected: "the value itself: aliases are not supported here")
        }
        guard let node = anchors[name] else {
            throw YAMLError(
                mark: mark, found: "the alias *\(YAMLExcerpt.escaped(name))", expected: "an anchor that was completed before it")
        }
        try countCopy(of: node, depth: frames.count, at: mark)
        return node
    }

    private mutating func countCopy(of node: YAMLNode, depth: Int, at mark: YAMLMark) throws(YAMLError) {
        try count(1, at: mark)
        if node.text == nil, depth >= limits.maxDepth { throw tooDeep(mark) }
        for element in node.elements ?? [] { try countCopy(of: element, depth: depth + 1, at: mark) }
        for entry in node.entries ?? [] {
            try count(1, at: mark)
            try countCopy(of: entry.value, depth: depth + 1, at: mark)
        }
    }
}
