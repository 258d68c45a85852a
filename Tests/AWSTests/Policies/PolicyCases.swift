import Model
import Reporting

/// Documents and requests that several tests judge.
enum PolicyCases {
    static let account = "123456789012"
    static let uniqueID = "104711104711104711104"
    static let caller = "arn:aws:iam::123456789012:role/drawbridge"
    static let group = SecurityGroupReference(id: "sg-0a1b2c3d4e5f60718", region: "eu-west-1")
    static let pods = ClusterServiceAccount(
        project: "acme-prod", location: "europe-west1", cluster: "main", namespace: "drawbridge", name: "drawbridge")

    /// A token of the pods' service account, as GKE signs it.
    static let clusterToken = IdentityTokenClaims(
        issuer: pods.issuer, audiences: ["sts.amazonaws.com"], subject: "system:serviceaccount:drawbridge:drawbridge")
    /// A token of the Google service account, from the metadata server.
    static let googleToken = IdentityTokenClaims(
        issuer: "https://accounts.google.com", audiences: ["drawbridge.acme.example"], authorizedParty: uniqueID, subject: uniqueID)

    /// How STS puts a token to a trust policy. Source: IAM User Guide, "Available keys for AWS OIDC federation": with `azp` Google's `aud`
    /// is that, and `oaud` the token's `aud`.
    static func request(_ token: IdentityTokenClaims, action: String = "sts:AssumeRoleWithWebIdentity") -> PolicyEvaluator.Request {
        let issuer = String(token.issuer.dropFirst("https://".count))
        let isGoogle = issuer == "accounts.google.com"
        var context = ["\(issuer):sub": [token.subject], "\(issuer):aud": token.audiences]
        if isGoogle, let party = token.authorizedParty {
            context["\(issuer):aud"] = [party]
            context["\(issuer):oaud"] = token.audiences
        }
        let principal = isGoogle ? issuer : "arn:aws:iam::\(account):oidc-provider/\(issuer)"
        return PolicyEvaluator.Request(action: action, principal: .federated(principal), context: context)
    }

    static func ec2(_ action: String, on resource: String, region: String = "eu-west-1") -> PolicyEvaluator.Request {
        PolicyEvaluator.Request(
            action: action, resource: resource,
            context: ["ec2:Region": [region], "aws:RequestedRegion": [region], "aws:PrincipalAccount": [account]])
    }
}
