/// What a document may be at most. A document that exceeds one of these is refused, and nothing of it is kept.
package struct XMLLimits: Sendable, Hashable {
    /// Bytes of the whole document.
    package var bytes: Int
    /// Elements within one another; libxml2 itself stops at 256.
    package var depth: Int
    package var elements: Int
    /// Bytes of character data directly within one element.
    package var textBytes: Int
    /// Attributes of one element.
    package var attributes: Int
    /// Bytes of one tag, comment or processing instruction, give or take the 8 KiB that are fed at a time.
    /// libxml2 compares each attribute of a tag with each, so that its length must have an end.
    package var tagBytes: Int

    package init(bytes: Int, depth: Int, elements: Int, textBytes: Int, attributes: Int, tagBytes: Int) {
        self.bytes = bytes
        self.depth = depth
        self.elements = elements
        self.textBytes = textBytes
        self.attributes = attributes
        self.tagBytes = tagBytes
    }

    /// Wide enough for an answer with 1000 security group rules ten times over.
    package static let standard = XMLLimits(
        bytes: 16 << 20, depth: 64, elements: 400_000, textBytes: 1 << 20, attributes: 64, tagBytes: 64 << 10)
}
