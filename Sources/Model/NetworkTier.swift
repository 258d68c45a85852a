/// GCE's network service tier. Source: Compute Engine REST v1, `addresses.networkTier`.
package enum NetworkTier: String, Hashable, Sendable, Codable {
    case premium = "PREMIUM"
    case standard = "STANDARD"
    case fixedStandard = "FIXED_STANDARD"
    case standardOverridesFixedStandard = "STANDARD_OVERRIDES_FIXED_STANDARD"
}
