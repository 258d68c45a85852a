import FoundationEssentials
import Model

extension HistoryEntry {
    /// With its line end.
    package var jsonLine: [UInt8] {
        var writer = JSONWriter()
        writer.object { members(&$0) }
        return writer.bytes + [0x0A]
    }

    private struct Wire: Decodable {
        var at: String
        var replica: String?
        var policy: String?
        var kind: String
        var subject: String?
        var what: String?
        var why: String?
        var requestIDs: [String]?
    }

    /// `nil` for what is no entry.
    package init?(jsonLine: [UInt8]) {
        guard let wire = try? JSONDecoder().decode(Wire.self, from: Data(jsonLine)), let at = Timestamp(rfc3339: wire.at) else {
            return nil
        }
        self.init(
            at: at, replica: wire.replica ?? "", policy: wire.policy ?? "", kind: wire.kind, subject: wire.subject ?? "",
            what: wire.what ?? "", why: wire.why ?? "", requestIDs: wire.requestIDs ?? [])
    }
}
