import Locking
package import Model
import XML

/// Amazon RDS, so far as it tells which databases stand behind a security group. The right to ask is optional: nothing but a diagnosis
/// depends on it.
///
/// Source: Amazon RDS API Reference, version 2014-10-31, Query API.
package struct RDSClient: Sendable {
    /// A hundred instances a page; an account has 40 of a region by default, and some thousands at most.
    static let pageLimit = 50

    private let query: AWSQueryClient
    private let provider: any AWSCredentialsProvider
    private let budget: Locked<RetryBudget>

    /// - Throws: permanent, when the region or a configured endpoint is none.
    package init(_ connection: AWSConnection, region: String, credentials provider: any AWSCredentialsProvider) throws(APIError) {
        self.provider = provider
        query = try AWSQueryClient(.rds, version: "2014-10-31", region: region, connection: connection)
        budget = Locked(RetryBudget(capacity: 10, refillPerSecond: 0.2, now: connection.runtime.now().instant))
    }

    /// All instances of the region, sorted by their names. Neptune's and DocumentDB's are among them.
    ///
    /// Source: Amazon RDS API Reference, DescribeDBInstances; it has no filter for security groups.
    package func describeInstances() async throws(APIError) -> [DBInstance] {
        var instances: [DBInstance] = []
        var markers: Set<String> = []
        var marker: String?
        for _ in 0..<Self.pageLimit {
            let call = call(marker)
            let answer = try await query.perform(call, signedBy: provider)
            guard let result = answer.root["DescribeDBInstancesResult"], let list = result["DBInstances"] else {
                throw query.unreadable(call, "no DBInstances in the answer")
            }
            for element in list.all("DBInstance") {
                guard let instance = DBInstance(element) else { throw query.unreadable(call, "a DBInstance without a name") }
                instances.append(instance)
            }
            marker = result.value("Marker")
            guard let next = marker else { return instances.sorted { $0.name < $1.name } }
            guard markers.insert(next).inserted else { throw query.unreadable(call, "a page's Marker came twice") }
        }
        throw query.unreadable(call(nil), "more than \(Self.pageLimit) pages")
    }

    private func call(_ marker: String?) -> QueryCall {
        var parameters = QueryParameters()
        parameters.add("MaxRecords", 100)
        if let marker { parameters.add("Marker", marker) }
        return QueryCall(
            operation: RDSOperation.describeDBInstances, resource: "the databases of \(query.region)", parameters: parameters, gate: nil,
            policy: .reads, budget: budget, secrets: [])
    }
}

extension DBInstance {
    fileprivate init?(_ element: XMLElement) {
        guard let name = element.value("DBInstanceIdentifier") else { return nil }
        let groups = (element["VpcSecurityGroups"]?.children ?? []).compactMap { $0.value("VpcSecurityGroupId") }
        self.init(
            name: name, engine: element.value("Engine") ?? "", port: element.at("Endpoint", "Port").flatMap { Int($0.text) },
            isPubliclyAccessible: element.value("PubliclyAccessible") == "true", securityGroups: Set(groups))
    }
}
