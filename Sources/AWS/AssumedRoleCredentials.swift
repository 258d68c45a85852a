package import Model

/// A role on top of other credentials: what a policy's `roleArn` asks for.
package struct AssumedRoleCredentials: AWSCredentialsProvider {
    private let roleARN: String
    private let sessionName: String
    private let externalID: String?
    private let durationSeconds: Int?
    private let base: any AWSCredentialsProvider
    private let sts: STSClient

    package init(
        roleARN: String, sessionName: String, externalID: String?, durationSeconds: Int?, base: any AWSCredentialsProvider,
        sts: STSClient
    ) {
        self.roleARN = roleARN
        self.sessionName = sessionName
        self.externalID = externalID
        self.durationSeconds = durationSeconds
        self.base = base
        self.sts = sts
    }

    package func credentials() async throws(APIError) -> AWSCredentials {
        do {
            return try await sts.assumeRole(
                roleARN, sessionName: sessionName, externalID: externalID, durationSeconds: durationSeconds, signedBy: base)
        } catch {
            // A failure of the base credentials speaks for itself.
            guard error.api == .sts else { throw error }
            var wrapped = error
            wrapped.api = .credentials
            if error.isDenied {
                wrapped.message =
                    String(error.message.prefix(600))
                    + "; the caller needs sts:AssumeRole on \(roleARN), and the role's trust policy must name the caller"
            }
            throw wrapped
        }
    }
}
