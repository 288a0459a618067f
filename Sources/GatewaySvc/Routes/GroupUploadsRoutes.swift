import Contracts
import HTTPTypes
import NIOCore

/// `GET /api/v1/group-uploads[?id=…&id=…]`: uploads of groups, the newest first (access §4.9).
struct GroupUploadsRoute: RouteHandler {
    let groups: GroupsClient

    static let about = RouteDescription(
        summary: "Uploads of student groups, the newest first: named ones, or the newest 200.",
        parameters: [.optional("id", .integers(1...Int64.max, atMost: 200), "Id of an upload; repeat for more.")],
        replies: [
            RouteDescription.ok(.object([Schema.member("uploads", .list(.named("GroupUpload"), atMost: 200))]))
        ])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let list = try await groups.listGroupUploads(.with { $0.ids = ask.integers("id") }, ask.call)
        return .json(capacity: 256 + list.uploads.count * 300) { json in
            json.object { $0.array("uploads", list.uploads) { $0.upload($1) } }
        }
    }
}

/// `POST /api/v1/group-uploads`: a CSV file of groups, in a form. 202 also for a bad file: the status tells (access §4.8).
struct UploadGroupsRoute: RouteHandler {
    let groups: GroupsClient
    let blobs: BlobsClient
    let budget: Duration

    /// Of the file (access §4.4); the form around it adds little.
    static let limit: Int64 = 100 << 20

    static let about = RouteDescription(
        summary: "Takes a CSV file of student groups. A file that is not accepted is kept too; its status says why.",
        body: .stream,
        replies: [.init(status: 202, meaning: "Kept.", schema: .named("GroupUpload"))])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        guard ask.body.announced ?? 0 <= Self.limit else { throw Refusal.tooLarge }
        let question: UploadGroupsRequest
        do {
            question = try await read(ask)
        } catch is PayloadTooLarge {
            throw Refusal.tooLarge
        }
        // The bytes took as long as they took; checking them has a budget of its own.
        let upload = try await groups.uploadGroups(question, Self.part(of: ask.call, budget))
        return .json(.accepted) { $0.upload(upload) }
    }

    private func read(_ ask: Ask) async throws -> UploadGroupsRequest {
        let (blobs, call, budget) = (blobs, ask.call, budget)
        var form = try FormPayload(
            contentType: ask.headers[.contentType] ?? "", properties: PayloadProperties(),
            begin: { PayloadUpload(to: blobs, limit: Self.limit, call: { Self.part(of: call, budget) }) })
        var total: Int64 = 0
        for try await chunk in ask.body {
            total += Int64(chunk.readableBytes)
            guard total <= Self.limit else { throw PayloadTooLarge() }
            try await form.read(chunk)
        }
        let payload = try await form.finish()
        let (contentType, properties) = (form.contentType, form.properties.list)
        return .with {
            $0.contentType = contentType
            $0.fileName = properties.first { $0.name == "filename" }?.value ?? ""
            switch payload {
            case .bytes(let bytes): $0.body = bytes
            case .blob(let id): $0.blobID = id
            }
        }
    }

    private static func part(of call: Call, _ budget: Duration) -> Call {
        var call = call
        call.deadline = .now + budget
        return call
    }
}

/// `GET /api/v1/group-uploads/template`: the file to begin with, its titles only.
struct GroupTemplateRoute: RouteHandler {
    static let about = RouteDescription(
        summary: "The titles of a file of student groups, as a file.",
        replies: [.init(status: 200, meaning: "The file.", mediaType: "text/csv", schema: .anything)])

    func callAsFunction(_ ask: Ask) async throws -> Answer {
        let titles = "group_name,school_natural_id,school_year,subject_code,student_ssid,group_user_login\r\n"
        return Answer(
            headers: [
                .contentType: "text/csv; charset=utf-8", .contentDisposition: "attachment; filename=\"groups.csv\"",
            ], body: .bytes(ByteBuffer(string: titles)))
    }
}
