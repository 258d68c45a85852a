import ArgumentParser

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "demo", abstract: "placeholder")
    func run() async throws { throw ExitCode(1) }
}
