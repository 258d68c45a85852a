@testable import AWS
import Testing

struct `AWS's configuration files` {
    @Test func `sections, keys, comments and sub-settings are read`() throws {
        let file = try ConfigurationFile(
            "; c\n[default]\nRegion = eu-west-1 # c\nempty =\nurl = a#b;c\n\n[ profile   x ]\r\nk=v=w\ns3 =\n  deep = 1\nk2 = 2 ; c\n[profile x]\nk = again\n")
        #expect(file.sections["default"] == ["region": "eu-west-1", "empty": "", "url": "a#b;c"])
        #expect(file.sections["profile x"] == ["k": "again", "s3": "", "k2": "2"])
    }

    @Test(arguments: [("[a\n", 1), ("\nk = v\n", 2), ("[a]\nnonsense\n", 2)])
    func `what is neither is an error with its line`(text: String, line: Int) {
        #expect { try ConfigurationFile(text) } throws: { ($0 as? ConfigurationFile.Failure)?.line == line }
    }
}
