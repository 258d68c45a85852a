package import Model

/// What the environment and the profile say together, each setting from its variable, else from the profile's key.
///
/// Source: botocore 1.43, configprovider.py, BOTOCORE_DEFAUT_SESSION_VARIABLES and ConfiguredEndpointProvider.
package struct AWSSettings: Sendable {
    package let environment: AWSEnvironment
    package let profiles: SharedProfiles

    /// Reads the shared files.
    ///
    /// - Throws: permanent, when one of them is broken, or when a profile is asked for by name that they don't have: as in
    ///   botocore, even where the environment holds keys.
    package init(_ environment: AWSEnvironment) throws(APIError) {
        self.environment = environment
        profiles = try SharedProfiles(environment: environment)
        guard environment.namesProfile, profiles[environment.profile] == nil else { return }
        throw Self.failure(
            "profile '\(environment.profile.prefix(200))'", "no-profile",
            "AWS_PROFILE (or AWS_DEFAULT_PROFILE) names it, and no configuration file has it: correct the variable, "
                + "or add the profile to ~/.aws/config")
    }

    /// What the environment alone says: no shared file is read.
    init(ofVariables environment: AWSEnvironment) {
        self.environment = environment
        profiles = .none
    }

    /// The profile's keys, of both files.
    package var profile: [String: String] { profiles[environment.profile] ?? [:] }

    /// A variable's value, else the profile's; an empty one counts as none.
    func text(_ variable: String, _ key: String) -> String? {
        environment[variable] ?? profile[key].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether a switch is on: `true` in any case, and nothing else.
    func isTrue(_ variable: String, _ key: String) -> Bool { text(variable, key)?.lowercased() == "true" }

    /// `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's `region`. botocore does not know the first of them; all other tools do,
    /// and EKS sets it.
    package var region: String? { environment.region ?? profile["region"].flatMap { $0.isEmpty ? nil : $0 } }

    /// The URL that someone configured for a service, and the setting's name: the service's variable, `AWS_ENDPOINT_URL`, the
    /// service's `endpoint_url` in the profile's `services` section, the profile's `endpoint_url`.
    func endpointURL(_ service: AWSEndpoint.Service) throws(APIError) -> (setting: String, url: String)? {
        guard !isTrue("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") else { return nil }
        for variable in [service.environmentVariable, "AWS_ENDPOINT_URL"] {
            if let url = environment[variable] { return (variable, url) }
        }
        let profile = profile
        if let name = profile["services"] {
            guard let settings = profiles.service(service.rawValue, in: name) else {
                throw Self.failure(
                    "profile '\(environment.profile.prefix(200))'", "no-services",
                    "it has services = \(name.prefix(200)), and the config file has no [services \(name.prefix(200))]: correct either")
            }
            if let url = settings["endpoint_url"], !url.isEmpty { return ("endpoint_url of [services \(name.prefix(60))]", url) }
        }
        guard let url = profile["endpoint_url"], !url.isEmpty else { return nil }
        return ("endpoint_url of profile '\(environment.profile.prefix(60))'", url)
    }

    private static func failure(_ resource: String, _ code: String, _ message: String) -> APIError {
        APIError(
            api: .credentials, operation: "AWS credentials", resource: resource, code: code, message: message,
            disposition: .permanent)
    }
}
