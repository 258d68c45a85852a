/// What a document of rights leaves for a person to fill in: written as `${NAME}`, so that `envsubst` can do it, in the shipped files
/// and in what is printed alike.
package enum RightsPlaceholder: String, CaseIterable, Sendable {
    case accountID = "ACCOUNT_ID"
    case region = "REGION"
    case securityGroupID = "SECURITY_GROUP_ID"
    case projectID = "PROJECT_ID"
    case clusterLocation = "CLUSTER_LOCATION"
    case clusterName = "CLUSTER_NAME"
    case namespace = "NAMESPACE"
    case serviceAccountName = "SERVICE_ACCOUNT_NAME"
    case audience = "AUDIENCE"
    case googleServiceAccountUniqueID = "GOOGLE_SERVICE_ACCOUNT_UNIQUE_ID"
    case roleARN = "ROLE_ARN"
    case callerRoleARN = "CALLER_ROLE_ARN"
    case externalID = "EXTERNAL_ID"

    package var text: String { "${\(rawValue)}" }

    /// Those that stand in a text, in the order of the cases.
    package static func all(in text: String) -> [RightsPlaceholder] { allCases.filter { text.contains($0.text) } }
}
