import GCP
import Model
import Testing

@Suite struct ComputeEndpointTests {
    @Test(arguments: [
        ("http://127.0.0.1:8080/compute/v1/", "http://127.0.0.1:8080/compute/v1/"),
        ("http://127.0.0.1:8080/compute/v1", "http://127.0.0.1:8080/compute/v1/"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/compute/v1/"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/compute/v1/"),
        ("https://compute.example/compute/beta/", "https://compute.example/compute/beta/"),
        ("HTTPS://compute.example//", "https://compute.example/compute/v1/"),
    ])
    func `the override has gcloud's meaning, with or without its last slash`(value: String, expected: String) throws {
        let endpoint = try ComputeEndpoint(environment: ["CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE": value])
        #expect(endpoint.description == expected)
    }

    @Test(arguments: [[:], ["CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE": ""]])
    func `without an override it is the public endpoint`(environment: [String: String]) throws {
        #expect(try ComputeEndpoint(environment: environment).description == "https://compute.googleapis.com/compute/v1/")
    }

    @Test(arguments: [
        "127.0.0.1:8080", "ftp://host/", "http://", "http://:80/", "http://host/?a=b", "http://user@host/", "http://ho st/",
    ])
    func `what is no base URL is an error that names the variable`(value: String) {
        let error = #expect(throws: APIError.self) {
            try ComputeEndpoint(environment: ["CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE": value])
        }
        #expect(error?.resource == "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE")
        #expect(error?.disposition == .permanent)
    }
}
