// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    // The faults that MutantTests plant: in no release build.
    .define("MUTANTS", .when(configuration: .debug)),
]

/// A library target of this package: `Sources/<name>`, with the settings that all share.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of one target: `Tests/<name>Tests`.
func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: settings)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")

let package = Package(
    name: "drawbridge",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "drawbridge", targets: ["drawbridge"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        // Without its default traits hummingbird needs no whole Foundation: 45 MB less of binary, 5 MB less of memory.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .target(name: "CMalloc"),

        library("Locking"),
        library("Model"),
        library("Planning", ["Model"]),
        library("Reconciliation", ["Model", "Planning", "Locking"]),
        library("Reporting", ["Model", "Planning"]),
        library("Alerting", ["Model", "Planning", "HTTP", "Cryptography", "Locking"]),

        library("Commands", ["Locking"]),
        library("Cryptography", ["CLibCrypto"]),
        library("HTTP", ["CLibCurl", "Locking", "Model"]),
        library("SigV4", ["Cryptography", "Locking"]),
        library("XML", ["CLibXML2"]),
        library("AWS", ["Model", "HTTP", "SigV4", "XML", "Commands", "Cryptography", "Locking"]),
        library("GCP", ["Model", "HTTP", "Cryptography", "Locking"]),
        library("Kubernetes", ["Model", "HTTP", "YAML", "Commands", "Locking"]),
        library("YAML", ["CLibYAML"]),
        library("PolicyFile", ["Model", "YAML"]),
        library("Sandbox", ["Model", "SigV4", "Cryptography", "Locking", hummingbird, logging]),

        .executableTarget(
            name: "drawbridge",
            dependencies: [
                "Model", "Planning", "Reconciliation", "Reporting", "Alerting", "HTTP", "AWS", "GCP", "Kubernetes", "PolicyFile",
                "Commands", "Cryptography", "Locking", "Sandbox", "CMalloc", argumentParser, hummingbird, logging, signals,
            ],
            swiftSettings: settings),

        .target(name: "Fixtures", dependencies: ["Model", "Planning", "Locking"], path: "Tests/Fixtures", swiftSettings: settings),
        .target(name: "Peers", path: "Tests/Peers", exclude: ["moto_server.py"], swiftSettings: settings),
        tests("Locking", ["Locking"]),
        tests("Model", ["Model"]),
        tests("Planning", ["Planning", "Model", "Fixtures"]),
        tests("Reconciliation", ["Reconciliation", "Alerting", "Planning", "Model", "Locking", "Fixtures", "Peers"]),
        tests("Reporting", ["Reporting", "Planning", "Model", "Fixtures", "Peers"], exclude: ["Golden"]),
        tests("Alerting", ["Alerting", "Planning", "Model", "HTTP", "Cryptography", "Locking", "Fixtures", "Peers"]),
        tests("Commands", ["Commands"]),
        tests("Cryptography", ["Cryptography"]),
        tests("HTTP", ["HTTP", "Locking", "Peers", hummingbird]),
        tests("SigV4", ["SigV4", "Cryptography", "Peers"], exclude: ["Peers"]),
        tests("XML", ["XML", "Peers"]),
        tests("YAML", ["YAML", "Peers"]),
        tests("AWS", ["Locking", "Commands", "AWS", "HTTP", "SigV4", "Model", "Reporting", "Fixtures", "Peers"], exclude: ["Peers"]),
        tests("GCP", ["GCP", "HTTP", "Cryptography", "Model", "Reporting", "Fixtures", "Peers"], exclude: ["Peers"]),
        tests("Kubernetes", ["Kubernetes", "Commands", "HTTP", "Model", "Fixtures"]),
        tests("PolicyFile", ["PolicyFile", "Model", "Peers"], exclude: ["Golden"]),
        tests("Sandbox", ["Sandbox", "HTTP", "AWS", "GCP", "Kubernetes", "Locking", "Model"]),
        tests(
            "Drawbridge",
            ["drawbridge", "Reporting", "Sandbox", "HTTP", "Kubernetes", "PolicyFile", "YAML", "Model", "Locking", "Peers", argumentParser]),

        .target(
            name: "Simulation", dependencies: ["Model", "Planning", "Reconciliation", "AWS", "GCP", "Kubernetes", "Sandbox", "Locking"],
            path: "Tests/Simulation/Engine", swiftSettings: settings),
        .executableTarget(
            name: "simulate", dependencies: ["Simulation"], path: "Tests/Simulation/Command", swiftSettings: settings),
        .testTarget(
            name: "SimulationTests", dependencies: ["Simulation", "Model"], path: "Tests/Simulation/Tests", swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)

// The drivers of Tests/Fuzzing are tests that replay what was found; with DRAWBRIDGE_FUZZ set (`make fuzz`) they are a program
// instead, whose main function is libFuzzer's. So nobody else builds what can be linked with `-sanitize=fuzzer` only.
let fuzzed: [Target.Dependency] = [
    "XML", "AWS", "GCP", "Kubernetes", "YAML", "PolicyFile", "Commands", "HTTP", "Cryptography", "Model", "Locking",
]
if Context.environment["DRAWBRIDGE_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz", dependencies: fuzzed, path: "Tests/Fuzzing",
            exclude: ["Corpus", "Regressions", "Replay", "dictionary"], swiftSettings: settings))
} else {
    package.targets.append(
        .testTarget(
            name: "FuzzRegressionTests", dependencies: fuzzed, path: "Tests/Fuzzing",
            exclude: ["Corpus", "Regressions", "Program", "dictionary"], swiftSettings: settings))
}
