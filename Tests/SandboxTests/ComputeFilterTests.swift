import Sandbox
import Testing

@Suite struct ComputeFilterTests {
    static let address: JSONValue = [
        "name": "egress-1", "status": "IN_USE", "addressType": "EXTERNAL", "prefixLength": 96,
        "region": "https://www.googleapis.com/compute/v1/projects/p/regions/europe-west1",
        "labels": ["drawbridge": "orders-db", "team": "web"],
    ]

    @Test(arguments: [
        ("labels.drawbridge=orders-db", true), ("labels.drawbridge=orders", false), ("labels.drawbridge = \"orders-db\"", true),
        ("labels.drawbridge:orders", true), ("labels.owner:*", false), ("labels.team:*", true), ("labels.team!=web", false),
        ("(labels.drawbridge=orders-db) (labels.team=web)", true), ("(labels.drawbridge=orders-db) (labels.team=db)", false),
        ("labels.drawbridge=orders-db AND status=RESERVED", false), ("status=RESERVED OR status=IN_USE", true),
        ("addressType=EXTERNAL AND (status=RESERVED OR status=IN_USE)", true), ("NOT status=IN_USE", false),
        ("name eq egress-1", true), ("name eq egress", false), ("name eq egress-.*", true), ("name ne egress-.*", false),
        ("name eq \".*\\begress\\-1\\b.*\"", true), ("region eq \".*\\beurope\\-west1\\b.*\"", true),
        ("region eq \".*\\beurope\\-west\\b.*\"", false), ("(status eq IN_USE)(name eq \".*\\begress\\-1\\b.*\")", true),
        ("prefixLength=96", true), ("prefixLength>95", true), ("prefixLength<=95", false), ("name='egress-1'", true),
        // OR binds tighter than AND.
        ("name=no AND status=RESERVED OR status=IN_USE", false),
    ])
    func `a filter says which resources match`(_ text: String, _ expected: Bool) throws {
        let filter = try #require(ComputeFilter(text))
        #expect(filter.matches(Self.address) == expected)
    }

    @Test(arguments: [
        "name", "name=", "=x", "(name=x", "name=x)", "AND", "name=x AND", "OR name=x", "name eq", "name=\"x", "NOT", "()", "a ! b",
        String(repeating: "(", count: 200) + "a=b" + String(repeating: ")", count: 200),
    ])
    func `what is no filter is told from one`(_ text: String) {
        #expect(ComputeFilter(text) == nil)
    }
}
