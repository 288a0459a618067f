import Contracts
import HTTPTypes

/// `POST /{scope}/imports`: registers a payload, raw or in a form. 202 means: it is stored, with its import.
struct SubmitImportRoute: RouteHandler {
    let owners: ImportOwners
    let results: ResultSubmissions
    let limit: Int64
    let budget: Duration

    static let about = RouteDescription(
        summary: "Registers a payload to be processed; the same bytes give the same import.",
        parameters: [
            .importScope,
            .optional("batch", .text(length: 0...250, .any), "A tag of the sender's choice; a filter of lists."),
            .optional("filename", .text(length: 0...250, .any), "Name of the file of a raw body."),
        ],
        body: .stream,
        replies: [
            .init(status: 202, meaning: "Stored.", schema: .named("Import")),
            .init(status: 413, meaning: "More than 500 MB.", mediaType: "text/plain", schema: .text()),
        ],
        problems: .plainText, openQuery: true)

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let scope = try ask.text("scope")
        let (owner, content) = try owners.owner(ofScope: scope)
        guard let contentType = ask.headers[.contentType], !trimmed(contentType).isEmpty else {
            throw Fault(.malformed, "missing content type")
        }
        guard contentType.utf8.count <= 250 else { throw Fault(.malformed, "the content type is too long") }
        guard ask.body.announced ?? 0 <= limit else { throw Refusal.tooLarge }

        var properties = PayloadProperties()
        properties.setGrants(of: try ask.requireBearer())
        for pair in ask.query { try properties.add(pair.name, pair.value) }
        let isForm = HeaderValue(contentType)?.word == "multipart/form-data"
        var question = SubmitImportRequest()
        question.content = content
        do {
            if isForm {
                try await readForm(ask, contentType, properties, owner, into: &question)
            } else {
                guard scope != "subjects" else { throw Fault(.malformed, "subjects are taken from a form only") }
                try await readRaw(ask, contentType, properties, owner, into: &question)
            }
        } catch is PayloadTooLarge {
            throw Refusal.tooLarge
        }
        // The batch of groups is the name of their file: always of a form, of a raw body unless it says otherwise
        // (ingest §2.3).
        if content == ImportOwners.groups, isForm || question.batch.isEmpty {
            question.batch = question.properties.first { $0.name == "filename" }?.value ?? ""
        }
        // The bytes took as long as they took; storing them has a budget of its own.
        let call = part(of: ask.call)
        let item =
            content == ImportOwners.exams && question.blobID.isEmpty
            ? try await results.submit(question, call) : try await owner.imports.submitImport(question, call)
        return .json(.accepted) { $0.importResource(item, origin: ask.origin) }
            .adding(.location, "\(ask.origin)/imports/\(item.id)")
    }

    private func readRaw(
        _ ask: Ask, _ contentType: String, _ properties: PayloadProperties, _ owner: ImportOwners.Owner,
        into question: inout SubmitImportRequest
    ) async throws {
        var upload = PayloadUpload(to: owner.blobs, limit: limit, call: calls(of: ask.call))
        for try await chunk in ask.body { try await upload.append(chunk) }
        guard upload.total > 0 else { throw Fault(.malformed, "empty body") }
        var properties = properties
        if let filename = ask.query.first(where: { $0.name == "filename" })?.value {
            try properties.setFilename(filename)
        }
        question.contentType = contentType
        question.properties = properties.list
        question.batch = properties.batch
        Self.put(try await upload.finish(), into: &question)
    }

    private func readForm(
        _ ask: Ask, _ contentType: String, _ properties: PayloadProperties, _ owner: ImportOwners.Owner,
        into question: inout SubmitImportRequest
    ) async throws {
        let (blobs, limit, calls) = (owner.blobs, self.limit, self.calls(of: ask.call))
        var form = try FormPayload(contentType: contentType, properties: properties) {
            PayloadUpload(to: blobs, limit: limit, call: calls)
        }
        var total: Int64 = 0
        for try await chunk in ask.body {
            total += Int64(chunk.readableBytes)
            guard total <= limit else { throw PayloadTooLarge() }
            try await form.read(chunk)
        }
        let payload = try await form.finish()
        question.contentType = form.contentType
        question.properties = form.properties.list
        question.batch = form.properties.batch
        Self.put(payload, into: &question)
    }

    private static func put(_ payload: PayloadUpload.Payload, into question: inout SubmitImportRequest) {
        switch payload {
        case .bytes(let bytes): question.body = bytes
        case .blob(let id): question.blobID = id
        }
    }

    private func part(of call: Call) -> Call {
        var call = call
        call.deadline = .now + budget
        return call
    }

    private func calls(of call: Call) -> @Sendable () -> Call {
        { part(of: call) }
    }
}
