/// What a policy file does not say, and rights must name. What is not known stands as a placeholder.
package struct RightsSetting: Hashable, Sendable {
    /// The AWS account of groups without `roleArn`, and of the role that the pods take; 12 digits.
    package var accountID: String
    /// The name of the role that the pods take.
    package var roleName: String
    /// As whom the controller runs in the cluster.
    package var pods: ClusterServiceAccount
    /// The Google service account that the pods act as: its address, and its numeric id.
    package var googleServiceAccount: String
    package var googleUniqueID: String

    package init(
        accountID: String?, roleName: String, pods: ClusterServiceAccount, googleServiceAccount: String, googleUniqueID: String?
    ) {
        self.accountID = accountID ?? RightsPlaceholder.accountID.text
        self.roleName = roleName
        self.pods = pods
        self.googleServiceAccount = googleServiceAccount
        self.googleUniqueID = googleUniqueID ?? RightsPlaceholder.googleServiceAccountUniqueID.text
    }
}
