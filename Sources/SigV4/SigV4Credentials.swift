/// What signs: an access key, its secret, and for temporary keys their session token. Prints without the latter two.
package struct SigV4Credentials: Sendable, Hashable {
    package let accessKeyID: String
    let secretAccessKey: String
    let sessionToken: String?

    /// An empty session token is none, as in the environment of AWS's own tools.
    package init(accessKeyID: String, secretAccessKey: String, sessionToken: String?) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken == "" ? nil : sessionToken
    }
}

extension SigV4Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(accessKeyID):<redacted>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}
