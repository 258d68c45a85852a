import Foundation
import Peers
import Testing

/// The published schema, judged by a validator that others use.
@Suite(.enabled(if: Python.executable != nil, "\(Python.isMissing)")) struct `The JSON Schema of plans` {
    /// Says a line for each objection: to a golden plan, to one that was spoilt and yet is found valid, and to keys or words of goldens that
    /// the schema does not list.
    private static let script = """
        import copy, glob, json, sys
        import jsonschema
        schema = json.load(open(sys.argv[1]))
        V = jsonschema.Draft202012Validator
        V.check_schema(schema)
        def strict(value):
            if isinstance(value, dict):
                value = {k: strict(v) for k, v in value.items()}
                if "additionalProperties" in value: value["additionalProperties"] = False
            elif isinstance(value, list): value = [strict(v) for v in value]
            return value
        exact = V(strict(schema)); valid = V(schema); count = 0
        for file in sorted(glob.glob(sys.argv[2] + "/*.json")):
            plan = json.load(open(file)); count += 1
            for e in exact.iter_errors(plan): print(file, e.json_path, e.message[:200])
            for spoil in (lambda p: p.update(version=2), lambda p: p["policies"][0].pop("pending"),
                          lambda p: p["policies"][0]["securityGroups"][0].update(quota=[{"family": 5, "before": 0, "after": 0, "limit": 60}])):
                bad = copy.deepcopy(plan); spoil(bad)
                if valid.is_valid(bad): print(file, "is found valid when spoilt")
        print("plans", count)
        """

    @Test func `holds every plan, and no spoilt one`() throws {
        let schema = Repository.file("policies/schemas/plan-v1.json").path
        let process = Process()
        let python: URL = try #require(Python.executable)
        process.executableURL = python
        process.arguments = ["-c", Self.script, schema, Golden.folder.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let lines = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self).split(separator: "\n")
        process.waitUntilExit()
        #expect(lines == ["plans \(PlanCases.all.count)"])
    }
}
