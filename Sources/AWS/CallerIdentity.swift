/// Whose credentials a call was signed with.
///
/// Source: STS API Reference, GetCallerIdentity.
package struct CallerIdentity: Hashable, Sendable {
    /// Twelve digits.
    package var account: String
    /// Of the user or the assumed role.
    package var arn: String
    package var userID: String

    package init(account: String, arn: String, userID: String) {
        self.account = account
        self.arn = arn
        self.userID = userID
    }
}
