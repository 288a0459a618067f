import Contracts

/// `GET /imports/{id}/files`: what became of each file of a zip, in its order.
struct ZipFilesRoute: RouteHandler {
    let owners: ImportOwners
    let budget: Duration

    static let about = RouteDescription(
        summary: "The files of a zip with many payloads, each with its import or the problem that it had.",
        parameters: [.importID], replies: [RouteDescription.ok(.list(.named("ZipFile")))],
        problems: .plainText, openQuery: true)

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let id = try ask.integer("id")
        let imports = try owners.owner(ofImport: id).imports
        let (call, budget, origin) = (ask.call, self.budget, ask.origin)
        let list = PagedArray(
            first: try await imports.listZipFiles(.with { $0.id = id }, call),
            hasMore: { $0.more && !$0.files.isEmpty },
            next: { page in
                var next = call
                next.deadline = .now + budget
                let after = page.files.last?.number ?? 0
                return try await imports.listZipFiles(
                    .with {
                        $0.id = id
                        $0.afterNumber = after
                    }, next)
            },
            write: { page, json in
                json.array(page.files) { json, file in
                    json.object {
                        $0.field("name", file.name)
                        if let item = file.item {
                            $0.key("import")
                            $0.importResource(item, origin: origin)
                        }
                        $0.field("knownBefore", file.knownBefore)
                        if !file.problem.isEmpty { $0.field("problem", file.problem) }
                    }
                }
            })
        return list.answer()
    }
}
