import Testing

@testable import Alerting

@Suite struct AlertIdentityTests {
    @Test func `kinds are CamelCase words, as Events and Alertmanager want them`() {
        for kind in AlertKind.allCases {
            #expect(kind.rawValue.wholeMatch(of: #/[A-Z][A-Za-z]+/#) != nil)
            #expect(kind.rawValue.lowercased() == "\(kind)".lowercased())
        }
    }
}
