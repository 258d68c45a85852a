import Testing
import XML

@Suite struct ParsingTests {
    static func parse(_ text: String, limits: XMLLimits = .standard) throws(XMLError) -> XMLElement {
        try XMLDocument.parse(Array(text.utf8), limits: limits)
    }

    /// Source: EC2 API Reference, DescribeSecurityGroupRules, example answer.
    static let sample = """
        <?xml version="1.0" encoding="UTF-8"?>
        <DescribeSecurityGroupRulesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
            <requestId>4ca4a4d1-f6d4-4b9b-9d8a-example</requestId>
            <!-- a comment -->
            <securityGroupRuleSet>
                <item>
                    <securityGroupRuleId>sgr-abcdefghi01234561</securityGroupRuleId>
                    <description>Grüße &amp; &lt;more&gt; &#x1F600; <![CDATA[<raw> & ]]></description>
                    <isEgress>false</isEgress>
                    <fromPort>-1</fromPort>
                </item>
                <item><cidrIpv4/><tagSet></tagSet></item>
            </securityGroupRuleSet>
        </DescribeSecurityGroupRulesResponse>

        """

    @Test func `an answer of EC2 becomes a tree`() throws {
        let root = try Self.parse(Self.sample)
        #expect(root.name == "DescribeSecurityGroupRulesResponse")
        #expect(root.text("requestId") == "4ca4a4d1-f6d4-4b9b-9d8a-example")
        #expect(root.attributes.isEmpty, "a namespace declaration is no attribute")
        #expect(root.text == "", "white space between elements is no text")
        let rules = root.items("securityGroupRuleSet")
        #expect(rules.count == 2)
        #expect(rules[0].text("description") == "Grüße & <more> 😀 <raw> & ")
        #expect(rules[0].text("isEgress") == "false")
        #expect(rules[0]["absent"] == nil)
        #expect(rules[1].text("cidrIpv4") == "")
        #expect(rules[1].items("tagSet") == [])
        #expect(root.at("securityGroupRuleSet", "item", "fromPort")?.text == "-1")
        #expect(root.at("securityGroupRuleSet", "nothing", "fromPort") == nil)
    }

    /// Source: EC2 API Reference, "Error codes", and STS (`ErrorResponse`).
    @Test func `the two shapes of an error are read by path`() throws {
        let ec2 = try Self.parse(
            "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>m</Message></Error></Errors><RequestID>r</RequestID></Response>"
        )
        #expect(ec2.at("Errors", "Error", "Code")?.text == "RequestLimitExceeded")
        let sts = try Self.parse(
            #"<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>ExpiredToken</Code></Error></ErrorResponse>"#
        )
        #expect(sts.at("Error", "Code")?.text == "ExpiredToken")
    }

    @Test(arguments: [
        (#"<a b="x"/>"#, "x"), (#"<a b='x"y'/>"#, "x\"y"), (#"<a b="&amp;"/>"#, "&"), (#"<a b="&#38;"/>"#, "&"),
        (#"<a b="&#x26;"/>"#, "&"),
        (#"<a b="&amp;#38;"/>"#, "&#38;"), (#"<a b="&amp;amp;lt;"/>"#, "&amp;lt;"), (#"<a b="&lt;&gt;&quot;&apos;"/>"#, "<>\"'"),
        (#"<a b="1&amp;2&amp;&amp;#38;3"/>"#, "1&2&&#38;3"), (#"<a b="ü &#252;"/>"#, "ü ü"), ("<a b=' x\n\ty '/>", " x  y "),
        (#"<a b=""/>"#, ""),
        (#"<a b="1" xmlns:p="u" p:b="2"/>"#, "1"), (#"<a xmlns:p="u" p:b="2" b="1"/>"#, "1"), (#"<a xmlns:p="u" p:b="2"/>"#, "2"),
    ])
    func `an attribute's value is replaced once`(document: String, value: String) throws {
        #expect(try Self.parse(document).attributes == ["b": value])
    }

    @Test(arguments: [
        ("<a>x</a>", "x"), ("<a> x </a>", " x "), ("<a>&amp;lt;</a>", "&lt;"), ("<a>&amp;#38;</a>", "&#38;"),
        ("<a><![CDATA[]]></a>", ""),
        ("<a><![CDATA[a]]>b<![CDATA[c]]></a>", "abc"), ("<a>  </a>", "  "), ("<a>1<b>2</b>3</a>", "13"),
        ("<a>1\r\n2</a>", "1\n2"),
        ("<a><!-- no -->y<?pi no?></a>", "y"), ("\u{FEFF}<a>x</a>", "x"), ("<p:a xmlns:p='u'>x</p:a>", "x"),
        ("<?xml version='1.0' encoding='us-ascii'?><a>x</a>", "x"), ("<?xml version='1.0' encoding='utf-8'?><a>ü</a>", "ü"),
    ])
    func `character data comes in one piece`(document: String, text: String) throws {
        let root = try Self.parse(document)
        #expect(root.name == "a")
        #expect(root.text == text)
    }

    @Test func `text and children larger than any chunk are whole`() throws {
        let long = String(repeating: "0123456789abcdé&amp;", count: 5000)
        let items = (0..<3000).map { "<item><id>\($0)</id></item>" }.joined()
        let root = try Self.parse("<r><t>\(long)</t><set>\(items)</set></r>")
        #expect(root.text("t") == long.replacing("&amp;", with: "&"))
        #expect(root.items("set").map { $0.text("id") } == (0..<3000).map { String($0) })
    }

    /// The push parser works in chunks: a multi-byte character and a tag must survive on every place of the seam.
    @Test func `the seam of two chunks may fall anywhere`() throws {
        for shift in 0..<64 {
            let filler = String(repeating: "x", count: 8192 - 40 + shift)
            let root = try Self.parse("<r><f>\(filler)</f><t k='&amp;é'>é😀&lt;\r\n</t></r>")
            #expect(root.text("f") == filler)
            #expect(root.text("t") == "é😀<\n")
            #expect(root["t"]?.attributes == ["k": "&é"])
        }
    }

    @Test func `parallel reads do not disturb one another`() async throws {
        let expected = try Self.parse(Self.sample)
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<200 {
                group.addTask {
                    if index % 3 == 0 { return (try? Self.parse("<a><b></a>")) == nil }
                    return (try? Self.parse(Self.sample)) == expected
                }
            }
            for await right in group { #expect(right) }
        }
    }
}
