import Model
import PolicyFile
import Testing

@Suite struct `Broken policy files` {
    @Test func `are many`() { #expect(Golden.broken.count >= 60) }

    @Test(arguments: Golden.broken)
    func `are refused with places and reasons`(name: String) throws {
        let bytes = try Golden.bytes("\(name).yaml")
        let failure = try #require(throws: PolicyFileErrors.self) { try PolicyFile.parse(bytes, name: "policy.yaml") }
        #expect(try Golden.expected("\(name).txt", recording: "\(failure)\n") == "\(failure)\n")
        for error in failure.errors {
            #expect(error.line > 0 && error.column > 0, "\(error)")
            let isPrintable = "\(error)".unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
            #expect(isPrintable, "one line, no control characters: \(error)")
        }
        #expect(failure.errors == failure.errors.sorted())
    }

    @Test func `errors beyond a hundred are counted`() throws {
        let failure = try #require(throws: PolicyFileErrors.self) {
            try PolicyFile.parse(Golden.bytes("many-errors.yaml"), name: "policy.yaml")
        }
        #expect(failure.errors.count == 100)
        #expect(failure.omitted == 60)
        #expect("\(failure)".hasSuffix("\npolicy.yaml: and 60 more"))
    }
}
