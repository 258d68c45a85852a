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
        ("http://localhost:8080", "http://localhost:8080/compute/v1/"),
        ("HTTP://[::1]:8080", "http://[::1]:8080/compute/v1/"),
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
        "127.0.0.1:8080", "ftp://host/", "http://", "http://:80/", "http://127.0.0.1/?a=b", "http://user@127.0.0.1/", "http://ho st/",
    ])
    func `what is no base URL is an error that names the variable`(value: String) {
        let error = #expect(throws: APIError.self) {
            try ComputeEndpoint(environment: ["CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE": value])
        }
        #expect(error?.resource == "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE")
        #expect(error?.disposition == .permanent)
    }

    @Test(arguments: [
        "http://compute.example.com/", "http://10.0.0.7", "http://127.0.0.1.example.com", "http://localhost.example.com:8080/",
        "http://127.1/", "HTTP://compute.example.com", "http://[::2]/", "http://[::1].example.com/", "http://[::1]example.com/",
    ])
    func `plain HTTP to another machine is refused: the token would go in clear`(value: String) {
        let error = #expect(throws: APIError.self) {
            try ComputeEndpoint(environment: ["CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE": value])
        }
        #expect(error?.code == "plain-endpoint")
        #expect(error?.message.contains("use https") == true)
        #expect(error?.disposition == .permanent)
    }
}
