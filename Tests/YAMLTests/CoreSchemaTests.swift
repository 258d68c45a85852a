import Testing
import YAML

@Suite struct `The core schema` {
    @Test(arguments: [
        ("", YAMLNode.Kind.null), ("~", .null), ("null", .null), ("nUll", .string),
        ("true", .bool), ("False", .bool), ("TRUE", .bool), ("tRue", .string), ("yes", .string), ("on", .string),
        ("off", .string), ("n", .string),
        ("0", .int), ("-7", .int), ("+7", .int), ("007", .int), ("0o17", .int), ("0x1F", .int), ("0o8", .string), ("0x", .string),
        ("0xg", .string),
        ("-", .string), ("1_000", .string), ("12:30", .string), ("-0x1", .string),
        ("1.5", .float), (".5", .float), ("5.", .float), ("1e3", .float), ("1.5E-3", .float), ("-.inf", .float), (".NaN", .float),
        (".", .string), ("1e", .string), ("e3", .string), ("1.2.3", .string), ("10.0.0.0/8", .string), ("15m", .string),
        ("5m5", .string),
    ])
    func `gives plain text a type`(text: String, kind: YAMLNode.Kind) {
        #expect(YAMLNode(value: .scalar(text, .plain), mark: YAMLMark(line: 1, column: 1)).kind == kind)
    }

    @Test func `values come out as typed`() throws {
        let elements = try #require(
            try parse("[0x1F, 0o17, -3, 007, 99999999999999999999, True, 'true', '5', no, 5]").first?.elements)
        #expect(elements.map(\.int) == [31, 15, -3, 7, nil, nil, nil, nil, nil, 5])
        #expect(elements.map(\.bool) == [nil, nil, nil, nil, nil, true, nil, nil, nil, nil])
        #expect(elements.map(\.string) == [nil, nil, nil, nil, nil, nil, "true", "5", "no", nil])
    }

    @Test func `quotes, block scalars and a tag make strings`() throws {
        let document = try #require(try parse("a: '1'\nb: \"true\"\nc: |\n  5\nd: !!str 5\ne: !!int \"5\"\n").first)
        #expect(document.entries?.map(\.value.kind) == [.string, .string, .string, .string, .int])
    }
}
