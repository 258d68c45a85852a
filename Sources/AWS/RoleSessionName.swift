/// The name under which an assumed role appears in CloudTrail.
///
/// Source: STS API Reference, AssumeRole: 2 to 64 characters of `A-Za-z0-9_+=,.@-`.
enum RoleSessionName {
    /// `AWS_ROLE_SESSION_NAME`, else `drawbridge`; what STS would refuse is made to fit.
    static func name(_ configured: String?) -> String {
        let allowed = (configured ?? "").utf8.map { byte -> UInt8 in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2B, 0x3D, 0x2C, 0x2E, 0x40, 0x2D: byte
            default: 0x2D
            }
        }
        return allowed.count < 2 ? "drawbridge" : String(decoding: allowed.prefix(64), as: UTF8.self)
    }
}
