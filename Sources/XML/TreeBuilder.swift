/// Makes a tree of what a parser reports, within limits. Knows nothing of the parser.
struct TreeBuilder {
    private struct Frame {
        var element: XMLElement
        var text: [UInt8] = []
    }

    private let limits: XMLLimits
    private var open: [Frame] = []
    private var elementCount = 0
    /// The document's element, once it is closed.
    private(set) var root: XMLElement?

    init(limits: XMLLimits) { self.limits = limits }

    /// Each of these gives the limit that was exceeded, or nil.
    mutating func start(_ name: String, attributeCount: Int, attributes: () -> [String: String]) -> String? {
        elementCount += 1
        if elementCount > limits.elements { return "\(limits.elements) elements" }
        if open.count >= limits.depth { return "\(limits.depth) levels of elements" }
        if attributeCount > limits.attributes { return "\(limits.attributes) attributes of an element" }
        open.append(Frame(element: XMLElement(name, attributes: attributes())))
        return nil
    }

    mutating func append(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        guard let last = open.indices.last else { return nil }
        if open[last].text.count + text.count > limits.textBytes { return "\(limits.textBytes) bytes of text in an element" }
        open[last].text.append(contentsOf: text)
        return nil
    }

    mutating func end() {
        guard let frame = open.popLast() else { return }
        var element = frame.element
        let isLayout = !element.children.isEmpty && frame.text.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        element.text = isLayout ? "" : String(decoding: frame.text, as: UTF8.self)
        if let parent = open.indices.last {
            open[parent].element.children.append(element)
        } else {
            root = element
        }
    }
}
