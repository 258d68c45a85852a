import Foundation
import GCP
import HTTP
import Model

/// Hands out tokens one after the other, each until it is refused.
final class TestTokens: GCPTokenSource, @unchecked Sendable {
    private let lock = NSLock()
    private var remaining: [String]
    private var refused: [Secret] = []

    init(_ tokens: [String] = ["token-1"]) { remaining = tokens }

    var invalidated: [Secret] { lock.withLock { refused } }

    func token() async throws(APIError) -> Secret { Secret(lock.withLock { remaining[0] }) }

    func invalidate(_ token: Secret) {
        lock.withLock {
            refused.append(token)
            if remaining.count > 1 { remaining.removeFirst() }
        }
    }
}

let base = "https://compute.googleapis.com/compute/v1/"

func client(_ transport: ScriptedTransport, _ clock: TestClock, tokens: any GCPTokenSource = TestTokens()) -> ComputeClient {
    ComputeClient(endpoint: .standard, transport: transport, tokens: tokens, runtime: clock.runtime, retries: .standard)
}

/// The error that a call throws; `nil` when it succeeds.
func failure<T>(of body: () async throws(APIError) -> T) async -> APIError? {
    do throws(APIError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

/// An Address as GCE writes it.
func addressJSON(
    _ name: String, _ ip: String, region: String = "europe-west1", id: String = "4711", extra: String = #""networkTier":"PREMIUM","#,
    labels: String = #"{"drawbridge":"orders-db"}"#, status: String = "RESERVED", users: String = "[]", type: String = "EXTERNAL"
) -> String {
    #"{"kind":"compute#address","id":"\#(id)","name":"\#(name)","address":"\#(ip)",\#(extra)"status":"\#(status)","#
        + #""addressType":"\#(type)","region":"\#(base)projects/acme/regions/\#(region)","labels":\#(labels),"users":\#(users)}"#
}
