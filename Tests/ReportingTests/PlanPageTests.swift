import Foundation
import Planning
import Reporting
import Testing

@Suite struct `The HTML of a plan` {
    private func html(_ name: String) throws -> String { PlanPage(try #require(PlanCases.all[name])).html }

    @Test(arguments: ["first-adoption", "hostile-texts", "two-policies", "unknown-everything"])
    func `reads as recorded`(name: String) throws {
        let page = try html(name)
        #expect(try Golden.expected("\(name).html", recording: page) == page)
    }

    /// Foreign text would have to make a tag, an attribute or an entity of its own to do harm.
    @Test(arguments: PlanCases.all.keys.sorted())
    func `holds no tag, attribute or entity but its own`(name: String) throws {
        let page = try html(name)
        let tags = Set(page.matches(of: /<(\/?[A-Za-z!][A-Za-z0-9]*)/).map { String($0.1) })
        let own: Set = [
            "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "b", "section", "ul", "li", "div",
            "table", "tbody", "tr", "th", "td", "span",
        ]
        #expect(tags.subtracting(own.union(own.map { "/\($0)" })) == [])
        let attributes = Set(
            page.matches(of: /<[a-z][^>]*>/).flatMap { tag in tag.output.matches(of: /\s([a-z-]+)="/).map { String($0.1) } })
        #expect(
            attributes.subtracting([
                "lang", "charset", "http-equiv", "content", "name", "class", "tabindex", "role", "aria-label", "scope", "aria-hidden",
            ])
                == [])
        #expect(page.matches(of: /&(?!amp;|lt;|gt;|quot;|#39;)/).isEmpty)
        for opened in ["section", "div", "table", "tr", "td", "th", "ul", "li", "p", "span"] {
            let count = page.matches(of: try Regex("<\(opened)[ >]")).count
            #expect(count == page.matches(of: try Regex("</\(opened)>")).count, "\(opened)")
        }
    }

    @Test func `asks nothing of anyone`() throws {
        let page = try html("first-adoption")
        #expect(!page.contains("://") && !page.contains("url(") && !page.contains("@import") && !page.contains("src="))
        #expect(page.contains("default-src 'none'"))
    }

    @Test func `says in words what its signs and colours say`() throws {
        let page = try html("first-adoption")
        for (sign, word) in [("+", "add"), ("-", "remove"), ("~", "change"), ("=", "keep"), ("!", "look")] {
            #expect(page.contains("<span aria-hidden=\"true\">\(sign)</span> \(word)</th>"))
        }
    }
}
