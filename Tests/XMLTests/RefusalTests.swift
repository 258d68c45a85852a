import Peers
import Testing
import XML

@Suite struct RefusalTests {
    private func failure(_ bytes: [UInt8], limits: XMLLimits = .standard) -> XMLError? {
        do throws(XMLError) {
            _ = try XMLDocument.parse(bytes, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    private func failure(_ text: String, limits: XMLLimits = .standard) -> XMLError? { failure(Array(text.utf8), limits: limits) }

    @Test(arguments: [
        "", " ", "x", "<", "<a", "<a>", "<a><b></a></b>", "<a></b>", "<a/><b/>", "<a/>x", "<a b=1/>", "<a b='1' b='2'/>",
        "<a b='<'/>",
        "<a>&nbsp;</a>", "<a>&</a>", "<a b='&nope;'/>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&#x110000;</a>", "<a>]]></a>",
        "<a>\u{1}</a>",
        "<a><!-- -- --></a>", "<a><![CDATA[x</a>", "<a><?xml version='1.0'?></a>", "<p:a/>", "<a p:b='1'/>", "{\"json\": true}",
        "<a>\u{FFFF}</a>", " <?xml version='1.0'?><a/>",
    ])
    func `what is not well-formed is refused`(document: String) throws {
        let error = try #require(failure(document))
        guard case .malformed = error.reason else { throw error }
    }

    @Test func `a message names line and column`() throws {
        let error = try #require(failure("<a>\n  <b>\n  </c>\n</a>"))
        #expect(error.line == 3)
        #expect(error.column == 7)
        #expect(error.description.hasPrefix("line 3, column 7: Opening and ending tag mismatch"))
    }

    @Test func `a document cut short at any byte is refused`() {
        let bytes = Array(ParsingTests.sample.utf8)
        let end = bytes.lastIndex(of: UInt8(ascii: ">"))!
        for count in 0...end { #expect(failure(Array(bytes.prefix(count))) != nil, "cut at \(count)") }
        #expect(failure(Array(bytes.prefix(end + 1))) == nil)
    }

    @Test(arguments: [
        "<!DOCTYPE html", "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY l \"lol\">]><a>&l;</a>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"http://127.0.0.1:9/\">]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM \"file:///etc/hostname\"><a/>",
        "<!DOCTYPE a PUBLIC \"p\" \"http://127.0.0.1:9/x.dtd\"><a/>",
        "<!DOCTYPE a [<!ENTITY % p SYSTEM \"file:///etc/hostname\"> %p;]><a/>",
        "<!DOCTYPE a [<!ATTLIST a b CDATA \"default\">]><a/>",
        "<?xml version=\"1.0\"?>\n<!-- c -->\n<!DOCTYPE a [<!ENTITY x \"y\">]><a b=\"&x;\"/>",
    ])
    func `any document type is refused`(document: String) {
        #expect(failure(document)?.reason == .documentType)
    }

    @Test func `a billion laughs are refused before the first`() {
        var document = "<!DOCTYPE lolz [<!ENTITY lol0 \"lol\">"
        for level in 1...9 { document += "<!ENTITY lol\(level) \"\(String(repeating: "&lol\(level - 1);", count: 10))\">" }
        #expect(failure(document + "]><lolz>&lol9;</lolz>")?.reason == .documentType)
        #expect(failure(document + "]><lolz a=\"&lol9;\"/>")?.reason == .documentType)
    }

    @Test func `each limit holds, and what just meets it passes`() {
        let limits = XMLLimits(bytes: 1000, depth: 3, elements: 5, textBytes: 10, attributes: 2, tagBytes: 500)
        let pairs: [(String, String, String)] = [
            ("<a>\(String(repeating: " ", count: 9))<b/>\(String(repeating: "<!---->", count: 141))</a>", "<a/>", "1000 bytes"),
            ("<a><b><c><d/></c></b></a>", "<a><b><c/></b></a>", "3 levels of elements"),
            ("<a><b/><b/><b/><b/><b/></a>", "<a><b/><b/><b/><b/></a>", "5 elements"),
            ("<a>0123456789x</a>", "<a>0123456789</a>", "10 bytes of text in an element"),
            ("<a>01234<b/>567<![CDATA[89x]]></a>", "<a>01234<b/>567<![CDATA[89]]></a>", "10 bytes of text in an element"),
            ("<a x='1' y='2' z='3'/>", "<a x='1' y='2'/>", "2 attributes of an element"),
        ]
        for (beyond, within, which) in pairs {
            #expect(failure(beyond, limits: limits)?.reason == .limit(which))
            #expect(failure(within, limits: limits) == nil)
        }
    }

    @Test func `the standard limits stop deep, wide and long documents`() {
        #expect(failure(String(repeating: "<a>", count: 100_000))?.reason == .limit("64 levels of elements"))
        #expect(
            failure("<a>" + String(repeating: "x", count: 2 << 20) + "</a>")?.reason
                == .limit("1048576 bytes of text in an element"))
        #expect(failure("<a>" + String(repeating: "<b/>", count: 400_000) + "</a>")?.reason == .limit("400000 elements"))
        #expect(failure([UInt8](repeating: 0x20, count: (16 << 20) + 1))?.reason == .limit("16777216 bytes"))
    }

    @Test(arguments: [
        "<a \((0..<200_000).map { "a\($0)='' " }.joined())/>", "<a><!--\(String(repeating: "x", count: 1 << 20))--></a>",
    ])
    func `a tag or comment without end is refused while it is still held back`(document: String) {
        #expect(failure(document)?.reason == .limit("65536 bytes of a tag or comment"))
    }

    @Test(arguments: ["iso-8859-1", "UTF-16", "utf-7", "EBCDIC-CP-US", "x-user-defined", "windows-1252", ""])
    func `a declared encoding other than UTF-8 is refused`(name: String) throws {
        let error = try #require(failure("<?xml version=\"1.0\" encoding=\"\(name)\"?><a>x</a>"))
        guard case .encoding = error.reason else { throw error }
    }

    @Test func `bytes that are not UTF-8 are refused with their place`() {
        #expect(failure(Array("<a>\n<b>gr".utf8) + [0xFC] + Array("n</b></a>".utf8)).map { [$0.line, $0.column] } == [2, 6])
        #expect(failure(Array("<a>".utf8) + [0xC0, 0xAF] + Array("</a>".utf8)) != nil, "an overlong form")
        #expect(failure(Array("<a>".utf8) + [0xED, 0xA0, 0x80] + Array("</a>".utf8)) != nil, "a surrogate")
        #expect(failure([0xFE, 0xFF] + "<a/>".utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }) != nil, "UTF-16")
        #expect(
            failure([0xFF, 0xFE] + "<a/>".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }) != nil, "UTF-16, little end first")
        #expect(failure("<a/>".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }) != nil, "UTF-16 without a mark")
    }

    @Test func `a NUL byte anywhere is refused with its place`() {
        #expect(failure("<a>\n\u{0}</a>") == XMLError(line: 2, column: 1, reason: .malformed("a NUL byte")))
        #expect(failure("<a/>\u{0}")?.column == 5)
        #expect(failure([0]) != nil)
    }

    /// Whatever comes in, the answer is a tree within the limits or an error: never a crash, never a hang.
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `a mutated document is read or refused`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let original = Array(ParsingTests.sample.utf8)
        let pieces = [
            "<", ">", "&", ";", "]]>", "<![CDATA[", "<!--", "-->", "<!DOCTYPE a [", "&#38;", "\u{0}", "'", "\"", "<?", "</a>",
            "=", "é",
        ]
        var read = 0
        for _ in 0..<1500 {
            var bytes = original
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(contentsOf: pieces.randomElement(using: &random)!.utf8, at: place)
                case 3: bytes.removeSubrange(place..<min(bytes.count, place + 20))
                default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 30)], at: place)
                }
            }
            do throws(XMLError) {
                _ = try XMLDocument.parse(bytes, limits: .standard)
                read += 1
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
        #expect(read > 50 && read < 1450, "the mutations, seed \(seed), reach both outcomes")
    }
}
