import CLibXML2

/// libxml2's push parser with its SAX2 callbacks. Its pointers stay in this file.
///
/// The options are NONET and NOCDATA. Never NOENT, DTDLOAD or HUGE: with any of these a document could name what to read,
/// or how much.
/// Source: libxml2 2.9, `parser.h` (`xmlCreatePushParserCtxt`, `xmlParserOption`) and `tree.h`.
final class PushParser {
    private static let chunkBytes = 8192
    private static let initialized: Void = xmlInitParser()

    private var context: xmlParserCtxtPtr?
    private var builder: TreeBuilder
    private var failure: XMLError?

    private init(limits: XMLLimits) { builder = TreeBuilder(limits: limits) }

    static func parse(_ bytes: [UInt8], limits: XMLLimits) throws(XMLError) -> XMLElement {
        _ = initialized
        let parser = PushParser(limits: limits)
        parser.run(bytes, limits: limits)
        if let failure = parser.failure { throw failure }
        guard let root = parser.builder.root else {
            throw XMLError(line: 0, column: 0, reason: .malformed("the document is not complete"))
        }
        return root
    }

    private func run(_ bytes: [UInt8], limits: XMLLimits) {
        var handler = PushParser.handler()
        guard let context = xmlCreatePushParserCtxt(&handler, Unmanaged.passUnretained(self).toOpaque(), nil, 0, nil) else {
            return fail(.malformed("libxml2 has no memory"))
        }
        self.context = context
        defer {
            self.context = nil
            // Nothing here makes a document; should libxml2 make one of its own, it would leak.
            xmlFreeDoc(context.pointee.myDoc)
            xmlFreeParserCtxt(context)
        }
        xmlCtxtUseOptions(context, Int32(XML_PARSE_NONET.rawValue | XML_PARSE_NOCDATA.rawValue))
        bytes.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count, failure == nil {
                let count = min(PushParser.chunkBytes, bytes.count - offset)
                let start = bytes.baseAddress?.advanced(by: offset).assumingMemoryBound(to: CChar.self)
                _ = xmlParseChunk(context, start, Int32(count), 0)
                offset += count
                checkPending(limits)
            }
        }
        if failure == nil { _ = xmlParseChunk(context, nil, 0, 1) }
        if failure == nil, context.pointee.wellFormed != 1 { fail(.malformed("the document is not well-formed")) }
    }

    /// libxml2 holds back a tag or a comment until it is whole: so what it holds back has a limit.
    private func checkPending(_ limits: XMLLimits) {
        guard failure == nil, let input = context?.pointee.input, let current = input.pointee.cur, let end = input.pointee.end
        else { return }
        if end - current > limits.tagBytes { fail(.limit("\(limits.tagBytes) bytes of a tag or comment")) }
    }

    /// The first failure counts; the parser stops.
    private func fail(_ reason: XMLError.Reason) {
        let input = context?.pointee.input
        fail(XMLError(line: Int(input?.pointee.line ?? 0), column: Int(input?.pointee.col ?? 0), reason: reason))
    }

    private func fail(_ error: XMLError) {
        guard failure == nil else { return }
        failure = error
        if let context { xmlStopParser(context) }
    }

    private func exceeded(_ limit: String?) {
        if let limit { fail(.limit(limit)) }
    }
}

extension PushParser {
    private static func handler() -> xmlSAXHandler {
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.internalSubset = { user, _, _, _ in PushParser.of(user)?.fail(.documentType) }
        handler.reference = { user, _ in PushParser.of(user)?.fail(.malformed("a reference to an entity")) }
        handler.startElementNs = { user, name, _, _, _, _, count, _, attributes in
            PushParser.of(user)?.start(name, attributes, count: Int(count))
        }
        handler.endElementNs = { user, _, _, _ in
            guard let parser = PushParser.of(user), parser.failure == nil else { return }
            parser.builder.end()
        }
        let characters: charactersSAXFunc = { user, text, count in
            guard let parser = PushParser.of(user), parser.failure == nil else { return }
            parser.exceeded(parser.builder.append(UnsafeBufferPointer(start: text, count: Int(count))))
        }
        handler.characters = characters
        handler.ignorableWhitespace = characters
        handler.serror = { user, error in
            guard let parser = PushParser.of(user), let error = error?.pointee, error.level.rawValue >= XML_ERR_ERROR.rawValue
            else { return }
            let words = error.message.map { String(cString: $0) } ?? "error \(error.code)"
            let message = String(words.prefix(200).split(whereSeparator: \.isNewline).joined(separator: " "))
            parser.fail(XMLError(line: Int(error.line), column: Int(error.int2), reason: .malformed(message)))
        }
        return handler
    }

    private static func of(_ user: UnsafeMutableRawPointer?) -> PushParser? {
        user.map { Unmanaged<PushParser>.fromOpaque($0).takeUnretainedValue() }
    }

    private func start(_ name: UnsafePointer<xmlChar>?, _ attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?, count: Int) {
        guard failure == nil, let name else { return }
        exceeded(
            builder.start(String(cString: name), attributeCount: count) {
                PushParser.attributes(attributes, count: count)
            })
    }

    /// Five pointers an attribute: local name, prefix, namespace, and the value's two ends.
    private static func attributes(_ list: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?, count: Int) -> [String: String] {
        guard let list else { return [:] }
        var found: [String: String] = [:]
        for index in 0..<count {
            let attribute = list + index * 5
            guard let local = attribute[0], let start = attribute[3], let end = attribute[4] else { continue }
            let name = String(cString: local)
            if attribute[1] != nil, found[name] != nil { continue }
            let value = String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self)
            // Without NOENT libxml2 writes each ampersand of a value as this reference, and nothing else so.
            found[name] = value.utf8.contains(UInt8(ascii: "&")) ? value.replacing("&#38;", with: "&") : value
        }
        return found
    }
}
