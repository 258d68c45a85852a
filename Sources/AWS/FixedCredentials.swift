/// Credentials that are at hand.
package struct FixedCredentials: AWSCredentialsProvider {
    private let held: AWSCredentials

    package init(_ credentials: AWSCredentials) { held = credentials }

    package func credentials() -> AWSCredentials { held }
}
