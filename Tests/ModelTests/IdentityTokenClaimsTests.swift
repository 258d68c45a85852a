import Foundation
import Model
import Testing

@Suite struct `Claims of an identity token` {
    private func token(_ payload: String, signature: String = "c2lnbmF0dXJl") -> Secret {
        func part(_ text: String) -> String {
            Data(text.utf8).base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
                .replacingOccurrences(of: "=", with: "")
        }
        return Secret("\(part(#"{"alg":"RS256"}"#)).\(part(payload)).\(signature)")
    }

    @Test func `a cluster's token and one of Google's are read as what they are`() throws {
        let cluster = try #require(
            IdentityTokenClaims(
                token: token(
                    #"{"iss":"https://c.example/x","aud":["sts.amazonaws.com","b"],"sub":"system:serviceaccount:ns:n","exp":1800000000}"#)))
        #expect(cluster.issuer == "https://c.example/x" && cluster.audiences == ["sts.amazonaws.com", "b"])
        #expect(cluster.subject == "system:serviceaccount:ns:n" && cluster.authorizedParty == nil)
        #expect(cluster.expiresAt == Timestamp(millisecondsSinceEpoch: 1_800_000_000_000))
        let google = try #require(
            IdentityTokenClaims(token: token(#"{"iss":"https://accounts.google.com","aud":"a?>","azp":"123","sub":"123","email":"e@x"}"#)))
        #expect(google.audiences == ["a?>"] && google.authorizedParty == "123" && google.email == "e@x" && google.expiresAt == nil)
    }

    @Test(arguments: [
        "", "a.b", "a.b.c", "a..c", "....", "a.e30=.c", "a.e30.c", "ya29.c.opaque", String(repeating: "A", count: 20_000) + ".e30.c",
    ])
    func `what is no such token is none`(_ text: String) {
        #expect(IdentityTokenClaims(token: Secret(text)) == nil)
    }

    @Test(arguments: [
        #"{"iss":"","sub":"s"}"#, #"{"iss":"i"}"#, #"{"iss":1,"sub":"s"}"#, #"{"iss":"i","sub":"s","aud":{}}"#, "[]", "null",
        "{\"iss\":\"\(String(repeating: "i", count: 2000))\",\"sub\":\"s\"}",
    ])
    func `a payload without issuer and subject, or of another shape, is none`(_ payload: String) {
        #expect(IdentityTokenClaims(token: token(payload)) == nil)
    }

    @Test func `a time out of all reason is left out, and nothing of the token itself can be printed`() throws {
        let claims = try #require(IdentityTokenClaims(token: token(#"{"iss":"i","sub":"s","exp":1e300}"#, signature: "U0lHTkFUVVJF")))
        #expect(claims.expiresAt == nil)
        var text = ""
        dump(claims, to: &text)
        #expect(!text.contains("U0lHTkFUVVJF"))
    }
}
