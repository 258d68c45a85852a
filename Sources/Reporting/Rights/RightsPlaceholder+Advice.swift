extension RightsPlaceholder {
    /// What it stands for, and how `drawbridge policies` is told.
    package var advice: String {
        switch self {
        case .accountID: "the AWS account of the groups without roleArn and of the pods' role: --account-id"
        case .projectID, .clusterLocation, .clusterName:
            "the cluster that the controller runs in: --cluster projects/PROJECT/locations/LOCATION/clusters/NAME"
        case .namespace: "the controller's namespace: --namespace"
        case .serviceAccountName: "the controller's Kubernetes service account: --service-account"
        case .googleServiceAccountUniqueID:
            "the Google service account's number, by gcloud iam service-accounts describe … --format='value(uniqueId)': "
                + "--google-service-account-id"
        case .region, .securityGroupID: "a security group: an entry of the policy file"
        case .audience: "what Google's tokens are made for: audience of the policy file"
        case .roleARN: "the role to take: roleArn of the policy file"
        case .callerRoleARN: "the role that takes it: --account-id and --role-name"
        case .externalID: "what it is told: externalId of the policy file"
        }
    }
}
