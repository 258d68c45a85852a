import Foundation
import Testing

/// A client's private key and its certificate, made by openssl.
enum TestKey {
    static func make(in directory: URL) throws -> (key: Data, certificate: Data) {
        let (key, certificate) = (directory.appendingPathComponent("client.key"), directory.appendingPathComponent("client.crt"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=drawbridge", "-keyout", key.path, "-out",
            certificate.path,
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl made no certificate")
        return (try Data(contentsOf: key), try Data(contentsOf: certificate))
    }
}
