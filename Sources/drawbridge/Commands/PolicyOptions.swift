import ArgumentParser
import Model
import PolicyFile

struct PolicyOptions: ParsableArguments {
    @Option(
        name: .shortAndLong, help: ArgumentHelp("The policy file, one or more YAML documents; - for standard input.", valueName: "file"))
    var policy: String

    /// The policies, all valid; otherwise says what is wrong and ends with status 1.
    func load() throws -> [Whitelist] {
        do throws(PolicyFileErrors) {
            return try PolicyFile.load(path: policy)
        } catch {
            Console.error("\(error)")
            throw ExitCode(1)
        }
    }
}
