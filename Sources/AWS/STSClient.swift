import HTTP
import Locking
package import Model
import XML

/// AWS Security Token Service: keys for roles, and whose keys one holds.
///
/// Source: AWS Security Token Service API Reference, version 2011-06-15.
package struct STSClient: Sendable {
    private let query: AWSQueryClient
    private let budget: Locked<RetryBudget>

    package init(_ connection: AWSConnection, region: String) throws(APIError) {
        try self.init(connection, region: region, settings: AWSSettings(connection.environment))
    }

    /// - Parameter settings: what the endpoint is found by.
    init(_ connection: AWSConnection, region: String, settings: AWSSettings) throws(APIError) {
        query = try AWSQueryClient(.sts, version: "2011-06-15", region: region, connection: connection, settings: settings)
        budget = Locked(RetryBudget(capacity: 10, refillPerSecond: 0.2, now: connection.runtime.now().instant))
    }

    /// Keys of a role, for an hour unless the profile names another duration.
    ///
    /// - Parameters:
    ///   - externalID: what the role's trust policy asks for as `sts:ExternalId`, if it does.
    ///   - durationSeconds: 900 to the role's own maximum; `nil` for STS's default, 3600.
    package func assumeRole(
        _ roleARN: String, sessionName: String, externalID: String?, durationSeconds: Int?,
        signedBy provider: any AWSCredentialsProvider
    ) async throws(APIError) -> AWSCredentials {
        var parameters = QueryParameters()
        parameters.add("RoleArn", roleARN)
        parameters.add("RoleSessionName", sessionName)
        if let durationSeconds { parameters.add("DurationSeconds", durationSeconds) }
        if let externalID { parameters.add("ExternalId", externalID) }
        let call = call(.assumeRole, on: roleARN, parameters, secrets: externalID.map { [Secret($0)] } ?? [])
        let answer = try await query.perform(call, signedBy: provider)
        return try credentials(in: answer, of: call, source: "role \(roleARN)")
    }

    /// Keys of a role for a token of an OpenID Connect provider. The call carries no signature: the token is the proof.
    package func assumeRoleWithWebIdentity(
        _ roleARN: String, sessionName: String, token: Secret
    ) async throws(APIError) -> AWSCredentials {
        var parameters = QueryParameters()
        parameters.add("RoleArn", roleARN)
        parameters.add("RoleSessionName", sessionName)
        parameters.add("WebIdentityToken", token.exposed)
        let call = call(.assumeRoleWithWebIdentity, on: roleARN, parameters, secrets: [token])
        let answer = try await query.perform(call, signedBy: nil)
        return try credentials(in: answer, of: call, source: "web identity role \(roleARN)")
    }

    /// Who the keys belong to. Needs no permission; an explicit deny does not stop it either.
    package func callerIdentity(signedBy provider: any AWSCredentialsProvider) async throws(APIError) -> CallerIdentity {
        let call = call(.getCallerIdentity, on: query.endpoint.authority, QueryParameters(), secrets: [])
        let answer = try await query.perform(call, signedBy: provider)
        guard let result = answer.root["GetCallerIdentityResult"], let account = result.value("Account"),
            let arn = result.value("Arn"), let userID = result.value("UserId")
        else { throw query.unreadable(call, "no Account, Arn and UserId in the answer") }
        return CallerIdentity(account: account, arn: arn, userID: userID)
    }

    private func call(_ operation: STSOperation, on resource: String, _ parameters: QueryParameters, secrets: [Secret]) -> QueryCall {
        // A session more or less is no harm: these are repeated like reads.
        QueryCall(
            operation: operation, resource: resource, parameters: parameters, gate: nil, policy: .reads, budget: budget,
            secrets: secrets)
    }

    private func credentials(in answer: QueryAnswer, of call: QueryCall, source: String) throws(APIError) -> AWSCredentials {
        guard let element = answer.root.at("\(call.operation)Result", "Credentials"),
            let key = element.value("AccessKeyId"), let secret = element.value("SecretAccessKey"),
            let token = element.value("SessionToken"), let text = element.value("Expiration"),
            let expiration = Timestamp(rfc3339: text)
        else { throw query.unreadable(call, "no whole Credentials in the answer") }
        return AWSCredentials(
            accessKeyID: key, secretAccessKey: Secret(secret), sessionToken: Secret(token),
            expiration: answer.local(expiration), source: source)
    }
}
