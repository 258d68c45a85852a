import GCP
import HTTP
import Logging
import Model
import Reporting

extension Doctor {
    /// What can keep the clients of a cloud from being made at all: words of the error's resource, and how to do without.
    private struct Obstacle {
        var area: Finding.Area
        var words: [String]
        var instead: [String: String?]
    }

    private static let obstacles = [
        Obstacle(area: .aws, words: ["AWS_CA_BUNDLE"], instead: ["AWS_CA_BUNDLE": nil]),
        Obstacle(
            area: .google,
            words: ["GOOGLE_", "GCE_METADATA_HOST", "CLOUDSDK_", "gcloud's application default credentials"],
            instead: [
                "GOOGLE_APPLICATION_CREDENTIALS": nil, "GOOGLE_CLOUD_QUOTA_PROJECT": nil, "GCE_METADATA_HOST": nil,
                "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE": nil, "CLOUDSDK_CONFIG": "/dev/null",
            ]),
    ]

    /// Everything that can be found out. What the environment has wrong for one cloud keeps none of the others from being asked.
    static func report(
        on policies: [Whitelist], surroundings: Surroundings, leaseName: String, logger: Logger
    ) async -> DoctorReport {
        var surroundings = surroundings
        var findings: [Finding] = []
        var excluded: Set<Finding.Area> = []
        while true {
            do throws(APIError) {
                let clouds = try Clouds(surroundings, runtime: .system, logger: logger)
                let agent = "drawbridge/\(DrawbridgeVersion.current)"
                func transport(_ proxy: HTTPClientConfiguration.Proxy) -> HTTPClient {
                    HTTPClient(HTTPClientConfiguration(trust: .system, clientCertificate: nil, proxy: proxy, userAgent: agent))
                }
                let doctor = Doctor(
                    policies: policies, clouds: clouds, surroundings: surroundings, leaseName: leaseName,
                    questions: Questions(runtime: clouds.runtime), proxied: transport(.environment), direct: transport(.none),
                    excluded: excluded)
                return DoctorReport(findings + (await doctor.findings()))
            } catch {
                let obstacle = obstacles.first { $0.words.contains { error.resource.contains($0) } && !excluded.contains($0.area) }
                findings.append(
                    Finding(
                        .stops, obstacle?.area ?? .policy, "the environment", .configuration, tried: error.operation, on: error.resource,
                        result: "\(error.code): \(error.message)", advice: "correct it, or unset what names it"))
                guard let obstacle else { return DoctorReport(findings) }
                for (name, value) in obstacle.instead { surroundings.variables[name] = value }
                excluded.insert(obstacle.area)
            }
        }
    }
}
