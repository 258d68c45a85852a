package import Model

/// Who may take a role: each way in, pinned by everything that the way has to pin.
package struct AWSTrustPolicy: Hashable, Sendable {
    package let document: AWSPolicyDocument
    package var json: String { document.json }

    private init(_ statements: [AWSPolicyStatement]) { document = AWSPolicyDocument(statements) }

    /// One service account of one Kubernetes cluster, by the tokens that the cluster signs.
    ///
    /// - Parameters:
    ///   - issuer: the cluster's, with `https://`; the account has an identity provider for it.
    ///   - audience: what the pods' tokens are made for.
    ///   - accountID: the role's account, 12 digits.
    ///   - partition: `aws`, `aws-cn`, ….
    /// Source: IAM User Guide, "Available keys for AWS OIDC federation".
    package static func clusterIssuer(
        _ issuer: String, audience: String, namespace: String, serviceAccount: String, accountID: String, partition: String
    ) -> AWSTrustPolicy {
        provider(
            issuer, audiences: [audience], subject: "system:serviceaccount:\(namespace):\(serviceAccount)", accountID: accountID,
            partition: partition)
    }

    /// One Google service account, by the tokens that Google signs for it.
    ///
    /// AWS knows this issuer; no identity provider is made. `aud` is the token's `azp`, the account's numeric id; `oaud` is its `aud`, which
    /// anyone with a Google account can have made for them: it never stands alone.
    /// - Parameters:
    ///   - audiences: what the tokens are made for; one of them.
    ///   - uniqueID: the service account's numeric id, never its address: that can be given away anew.
    /// Source: IAM User Guide, "Available keys for AWS OIDC federation".
    package static func google(audiences: [String], uniqueID: String) -> AWSTrustPolicy {
        google(authorizedParty: uniqueID, audiences: audiences, subject: uniqueID)
    }

    /// Another identity of AWS, by `AssumeRole`.
    ///
    /// - Parameters:
    ///   - caller: the ARN of the role or user that takes this one. It must exist before this policy is written.
    ///   - externalIDs: what the caller has to tell, one of them; none: nothing.
    /// Source: IAM User Guide, "Access to AWS accounts owned by third parties".
    package static func role(takenBy caller: String, externalIDs: [String]) -> AWSTrustPolicy {
        let conditions = externalIDs.isEmpty ? [:] : ["sts:ExternalId": Set(externalIDs).sorted()]
        return AWSTrustPolicy([
            AWSPolicyStatement(trusting: .aws([caller]), with: AWSPermissionsPolicy.assumption, where: conditions)
        ])
    }

    /// What this very token needs, and no other: to be set beside the policy that refused it.
    ///
    /// - Returns: `nil` for a token that no trust policy can pin: no `https` issuer, no audience, no subject.
    package static func token(_ claims: IdentityTokenClaims, accountID: String, partition: String) -> AWSTrustPolicy? {
        guard !claims.audiences.isEmpty, !claims.subject.isEmpty else { return nil }
        if [googleName, googleIssuer].contains(claims.issuer) {
            return google(authorizedParty: claims.authorizedParty, audiences: claims.audiences, subject: claims.subject)
        }
        guard claims.issuer.hasPrefix("https://"), claims.issuer.count > "https://".count else { return nil }
        return provider(
            claims.issuer, audiences: claims.audiences, subject: claims.subject, accountID: accountID, partition: partition)
    }

    /// Both ways in, for a role that is taken in both.
    package func or(_ other: AWSTrustPolicy) -> AWSTrustPolicy {
        AWSTrustPolicy(document.statements + other.document.statements)
    }

    /// The ARN of the identity provider that an account has for an issuer.
    package static func providerARN(issuer: String, accountID: String, partition: String) -> String {
        "arn:\(partition):iam::\(accountID):oidc-provider/\(bare(issuer))"
    }

    private static let webIdentity = "sts:AssumeRoleWithWebIdentity"
    /// As IAM names it; and as the tokens do.
    private static let googleName = "accounts.google.com"
    static let googleIssuer = "https://" + googleName

    /// IAM names an issuer without its scheme.
    private static func bare(_ issuer: String) -> String {
        issuer.hasPrefix("https://") ? String(issuer.dropFirst("https://".count)) : issuer
    }

    private static func provider(
        _ issuer: String, audiences: [String], subject: String, accountID: String, partition: String
    ) -> AWSTrustPolicy {
        let arn = providerARN(issuer: issuer, accountID: accountID, partition: partition)
        let conditions = ["\(bare(issuer)):aud": audiences, "\(bare(issuer)):sub": [subject]]
        return AWSTrustPolicy([AWSPolicyStatement(trusting: .federated(arn), with: webIdentity, where: conditions)])
    }

    private static func google(authorizedParty: String?, audiences: [String], subject: String) -> AWSTrustPolicy {
        var conditions = ["\(googleName):sub": [subject]]
        conditions["\(googleName):aud"] = authorizedParty.map { [$0] } ?? audiences
        if authorizedParty != nil { conditions["\(googleName):oaud"] = Set(audiences).sorted() }
        return AWSTrustPolicy([AWSPolicyStatement(trusting: .federated(googleName), with: webIdentity, where: conditions)])
    }
}
