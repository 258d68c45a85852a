/// An identity of `SecretsTests`, and where its secrets are.
enum SecretIdentity: String, CaseIterable, Sendable {
    case keys, externalID, profile, process, container, containerFile, instanceMetadata, webIdentity, google
    case serviceAccountKey, authorizedUser, impersonated, externalFile, externalURL
    case execPlugin, clientKey, proxy

    /// What the clouds do with whoever asks them.
    enum Cloud: String, CaseIterable, Sendable {
        case serving, refusing
        /// Every API gives back what it was sent, and so does what comes after a token that was given.
        case echoing
        /// Token endpoints and metadata servers give back what they were sent.
        case echoingTokens
    }

    /// Whether a token endpoint or metadata server is asked with something of its own.
    var asksForTokens: Bool {
        switch self {
        case .externalID, .profile, .process, .webIdentity, .execPlugin, .clientKey: false
        default: true
        }
    }
}
