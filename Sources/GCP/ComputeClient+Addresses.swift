package import Model

extension ComputeClient {
    /// Pages of one list: 100 000 Addresses.
    private static let pageLimit = 200
    private static let pageSize = "500"
    private static let noList = "it is no list of Addresses: neither its kind nor items are there"
    /// Regions that are read at the same time.
    private static let concurrentRegions = 16

    /// The external regional Addresses of a project.
    ///
    /// Left out are global and INTERNAL Addresses, those without one of the labels, and those in status RESERVING that have no IP
    /// yet. An Address that can't be read makes its region unknown.
    ///
    /// - Parameters:
    ///   - regions: read independently of one another, by `addresses.list`; none for all regions, by `addresses.aggregatedList`.
    ///   - labels: all must match; `nil` for all external Addresses.
    /// - Throws: an error that concerns the project: any that `aggregatedList` answers, or one that is denied in every region, or
    ///   that says in every region that the project
    ///   does not exist. Everything else is an unknown region.
    package func listAddresses(
        project: String, regions: [String], labels: [String: String]?
    ) async throws(APIError) -> AddressListing {
        let filter = AddressFilter(labels: labels)
        if regions.isEmpty { return try await aggregatedList(project: project, filter: filter) }
        return try await list(project: project, regions: Set(regions).sorted(), filter: filter)
    }

    /// One Address by its name.
    ///
    /// `.gone` only if the API says of this very Address that it was not found: a mistyped project or region answers 404 too, and
    /// is an error.
    /// Source: the message of a 404, "The resource 'projects/P/regions/R/addresses/A' was not found"
    /// (kelseyhightower/kubernetes-the-hard-way issue 327); of a missing project,
    /// "The resource 'projects/P' was not found" (mludvig/gcp-ethereum-miner issue 1).
    package func getAddress(_ reference: AddressReference) async throws(APIError) -> AddressLookup {
        let call = ComputeCall(
            method: .getAddress, resource: reference.description, verb: "GET",
            path: ["projects", reference.project, "regions", reference.region, "addresses", reference.name])
        let body: [UInt8]
        do {
            body = try await answer(to: call, within: nil)
        } catch {
            if error.isMissing, MissingResource(error.message)?.isAddress(reference) == true { return .gone }
            throw error
        }
        let resource = try decode(AddressResource.self, body, of: call)
        let address: Address?
        do throws(AddressResource.Malformed) {
            address = try resource.address(project: reference.project, region: reference.region, filter: AddressFilter(labels: nil))
        } catch {
            throw malformed(call, error.reason)
        }
        guard let address, address.name == reference.name else {
            throw malformed(call, "it is not about an external Address of this name that has an IP")
        }
        return .found(address)
    }

    private func aggregatedList(project: String, filter: AddressFilter) async throws(APIError) -> AddressListing {
        var collector = AddressCollector(project: project, filter: filter)
        let call = ComputeCall(
            method: .aggregatedListAddresses, resource: "project \(project)", verb: "GET",
            path: ["projects", project, "aggregated", "addresses"],
            query: [
                ("maxResults", Self.pageSize), ("returnPartialSuccess", "true"), ("filter", filter.expression),
            ])
        var pages = PageTokens(limit: Self.pageLimit)
        repeat {
            let body = try await answer(to: pages.next(call), within: nil)
            let page = try decode(AggregatedAddressPage.self, body, of: call)
            guard page.isList else { throw malformed(call, Self.noList) }
            if let doubt = collector.add(page) { throw call.error("partial-answer", doubt, .retry(after: nil), status: 200) }
            try pages.advance(to: page.nextPageToken, of: call)
        } while pages.hasNext
        return collector.listing
    }

    private func list(project: String, regions: [String], filter: AddressFilter) async throws(APIError) -> AddressListing {
        let outcomes = await withTaskGroup(of: (String, Result<[AddressPage], APIError>).self) { group in
            var waiting = regions[...]
            func start() {
                guard let region = waiting.popFirst() else { return }
                group.addTask { (region, await self.pages(project: project, region: region, filter: filter)) }
            }
            for _ in 0..<Self.concurrentRegions { start() }
            var outcomes: [String: Result<[AddressPage], APIError>] = [:]
            while let (region, outcome) = await group.next() {
                outcomes[region] = outcome
                start()
            }
            return outcomes
        }
        var collector = AddressCollector(project: project, filter: filter)
        var failures: [APIError] = []
        for region in regions {
            switch outcomes[region] {
            case .success(let pages)?:
                for page in pages { collector.add(page.items ?? [], warning: page.warning, region: region) }
            case .failure(let error)?:
                failures.append(error)
                collector.fail(region: region, error.unknown)
            case nil: break
            }
        }
        if let first = failures.first, failures.count == regions.count,
            failures.allSatisfy(\.isDenied) || failures.allSatisfy({ $0.isMissing && MissingResource($0.message)?.isProject == true })
        {
            throw first
        }
        return collector.listing
    }

    private func pages(project: String, region: String, filter: AddressFilter) async -> Result<[AddressPage], APIError> {
        let call = ComputeCall(
            method: .listAddresses, resource: "project \(project) in \(region)", verb: "GET",
            path: ["projects", project, "regions", region, "addresses"],
            query: [("maxResults", Self.pageSize), ("filter", filter.expression)])
        do throws(APIError) {
            var tokens = PageTokens(limit: Self.pageLimit)
            var pages: [AddressPage] = []
            repeat {
                let page = try decode(AddressPage.self, try await answer(to: tokens.next(call), within: nil), of: call)
                guard page.isList else { throw malformed(call, Self.noList) }
                pages.append(page)
                try tokens.advance(to: page.nextPageToken, of: call)
            } while tokens.hasNext
            return .success(pages)
        } catch {
            return .failure(error)
        }
    }
}
