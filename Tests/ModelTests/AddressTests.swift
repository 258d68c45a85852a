import Model
import Testing

/// Addresses and blocks as texts and as numbers.
@Suite struct AddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("2001:DB8::1", "2001:db8::1"),
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("::ffff:192.0.2.1", "::ffff:c000:201"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:2:3:4:5:6::", "1:2:3:4:5:6::"),
    ]) func `an address is written canonically`(text: String, canonical: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == canonical)
        #expect(IPAddress(canonical) == address)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1.2.3.-4", "1..2.3", ":", ":::", "1:2:3:4:5:6:7",
        "1::2::3",
        "1:2:3:4:5:6:7:8:9", "12345::", "::g", "::1%eth0", "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7", "+1::", "::1.2.3", "1:2:3:4:5:6:7::8",
    ]) func `what is no address is refused`(text: String) { #expect(IPAddress(text) == nil) }

    @Test(arguments: [
        ("10.0.0.0/8", "10.0.0.0/8"), ("10.1.2.3/8", "10.0.0.0/8"), ("0.0.0.0/0", "0.0.0.0/0"), ("192.0.2.1/32", "192.0.2.1/32"),
        ("2001:db8::1/64", "2001:db8::/64"), ("::/0", "::/0"),
    ]) func `host bits are masked`(text: String, canonical: String) { #expect(CIDR(masking: text)?.description == canonical) }

    @Test(arguments: ["", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "::/129", "10.0.0.0/0008"])
    func `what is no block is refused`(text: String) { #expect(CIDR(masking: text) == nil) }

    @Test func `a strict block with host bits names the one that was meant`() throws {
        #expect(throws: CIDR.Failure.hostBits(try #require(CIDR(masking: "10.0.0.0/24")))) { try CIDR(strict: "10.0.0.7/24") }
        #expect(throws: CIDR.Failure.malformed) { try CIDR(strict: "10.0.0.7") }
        #expect(try CIDR(strict: "10.0.0.0/24").prefixLength == 24)
    }

    @Test func `containment`() throws {
        let wide = try #require(CIDR(masking: "10.0.0.0/8"))
        let narrow = try #require(CIDR(masking: "10.9.0.0/16"))
        let six = try #require(CIDR(masking: "::/0"))
        #expect(wide.contains(narrow) && !narrow.contains(wide) && wide.overlaps(narrow) && narrow.overlaps(wide))
        #expect(!six.contains(narrow) && !six.overlaps(wide))
        #expect(wide.count == 1 << 24 && six.count == .max)
    }
}
