internal import CLibYAML

/// Reads bytes as events. The one file that touches libyaml; no pointer of it leaves.
///
/// Source: libyaml 0.2.5, `yaml.h`.
enum YAMLEventReader {
    static func read(_ bytes: [UInt8], _ body: (YAMLEvent) throws(YAMLError) -> Void) throws(YAMLError) {
        // The parser holds pointers into itself while it works: it needs a fixed address.
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else { throw outOfMemory(YAMLMark(line: 1, column: 1)) }
        defer { yaml_parser_delete(parser) }
        // libyaml keeps the pointer to the input without copying: all of the parsing happens inside.
        try bytes.withUnsafeBufferPointer { buffer throws(YAMLError) in
            yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
            while let event = try next(parser, bytes) {
                if let event { try body(event) }
            }
        }
    }

    /// The next event; `.some(nil)` for one that says nothing, `nil` at the end.
    private static func next(_ parser: UnsafeMutablePointer<yaml_parser_t>, _ bytes: [UInt8]) throws(YAMLError) -> YAMLEvent?? {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw error(of: parser.pointee, bytes) }
        defer { yaml_event_delete(&event) }
        let mark = mark(event.start_mark)
        switch event.type {
        case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return nil
        case YAML_DOCUMENT_START_EVENT: return .some(.documentStart)
        case YAML_DOCUMENT_END_EVENT: return .some(.documentEnd)
        case YAML_ALIAS_EVENT: return .some(.alias(text(event.data.alias.anchor) ?? "", mark))
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let value = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            let properties = YAMLEvent.Properties(anchor: text(scalar.anchor), tag: text(scalar.tag))
            return .some(.scalar(value, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE, properties, mark))
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return .some(.sequenceStart(.init(anchor: text(start.anchor), tag: text(start.tag)), mark))
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return .some(.mappingStart(.init(anchor: text(start.anchor), tag: text(start.tag)), mark))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .some(.collectionEnd)
        default: return .some(nil)
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private static func mark(_ mark: yaml_mark_t) -> YAMLMark {
        YAMLMark(line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
    }

    private static func outOfMemory(_ mark: YAMLMark) -> YAMLError {
        YAMLError(mark: mark, found: "no memory left to read on", expected: "a smaller file")
    }

    private static func error(of parser: yaml_parser_t, _ bytes: [UInt8]) -> YAMLError {
        let problem = parser.problem.map { String(cString: $0) } ?? "malformed YAML"
        switch parser.error {
        case YAML_MEMORY_ERROR: return outOfMemory(mark(parser.mark))
        case YAML_READER_ERROR:
            return YAMLSyntax.readerError(
                problem: problem, value: Int(parser.problem_value), offset: parser.problem_offset, bytes)
        default:
            let context = parser.context.map { String(cString: $0) }
            // libyaml ends a last line that has no break: what it misses at the end stands on a line that the file hasn't got.
            let end = YAMLSyntax.end(of: bytes[...])
            return YAMLSyntax.error(
                problem: problem, at: min(mark(parser.problem_mark), end), context: context,
                contextMark: min(mark(parser.context_mark), end), bytes)
        }
    }
}
