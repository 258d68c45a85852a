/// One page of `addresses.aggregatedList`. Source: Compute Engine REST v1, `addresses.aggregatedList`.
struct AggregatedAddressPage: Decodable, Sendable {
    /// `compute#addressAggregatedList`.
    var kind: String?
    /// By scope: `regions/europe-west1`, `global`.
    var items: [String: Lenient<AddressScope>]?
    var nextPageToken: String?
    var unreachables: [String]?
    var warning: Warning?
}

/// The Addresses of one scope.
struct AddressScope: Decodable, Sendable {
    var addresses: [Lenient<AddressResource>]?
    /// Stands in the place of the list when that is empty, or says why it is not whole.
    var warning: Warning?
}

/// One page of `addresses.list`. Source: Compute Engine REST v1, `addresses.list`.
struct AddressPage: Decodable, Sendable {
    /// `compute#addressList`.
    var kind: String?
    var items: [Lenient<AddressResource>]?
    var nextPageToken: String?
    var warning: Warning?
}

extension AddressPage {
    /// An empty list leaves `items` out, but says that it is a list. A bare object is no word on the Addresses.
    var isList: Bool { kind == "compute#addressList" || items != nil }
}

extension AggregatedAddressPage {
    var isList: Bool { kind == "compute#addressAggregatedList" || items != nil }
}

struct Warning: Decodable, Hashable, Sendable {
    struct Datum: Decodable, Hashable, Sendable {
        var key: String?
        var value: String?
    }

    var code: String?
    var message: String?
    var data: [Datum]?

    /// An empty scope says so. Every other warning on a list is taken for "this may not be all".
    var saysEmpty: Bool { code == "NO_RESULTS_ON_PAGE" }

    var text: String { "\(code ?? "a warning without a code"): \((message ?? "").prefix(300))" }
}
