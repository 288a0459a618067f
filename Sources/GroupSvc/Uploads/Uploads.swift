import Access
import Clocks
import Contracts
import Ledger
import Postgres

/// Receiving files of groups: checked in the call itself, kept whether good or bad, queued when good (access §4.5, §4.10).
/// Rules: Group R2, R3.
struct Uploads: Sendable {
    let database: Database
    let check: UploadCheck
    let trail: GroupTrail
    /// There is work for the worker.
    let queued: @Sendable () -> Void

    /// What arrived beside the bytes.
    struct Arrival: Sendable {
        var fileName: String
        var contentType: String
        var batch: String
        var properties: [ImportProperty]
        /// From the web page: every upload is one of its own. From the import API: the same bytes are the same import.
        var isWeb: Bool
        var body: [UInt8]
        var blobID: [UInt8]
    }

    /// - Throws: `Fault` `.forbidden` without `GROUP_WRITE`, `.malformed` for what is no arrival.
    func receive(_ arrival: Arrival, _ call: Call) async throws -> Import {
        let uploader = try Uploader(call.person())
        guard !arrival.contentType.isEmpty, arrival.contentType.utf8.count <= 250 else {
            throw Fault(.malformed, "content type is missing or too long")
        }
        guard arrival.batch.unicodeScalars.count <= 250, arrival.fileName.utf8.count <= 250 else {
            throw Fault(.malformed, "batch or file name is longer than 250 characters")
        }
        let payload = try await payload(arrival, uploader, call)
        let file = try await check(payload, fileName: arrival.fileName, scope: uploader.scope, call)
        let digest = try payload.digest()
        let properties = try ImportArchive.json(
            arrival.properties, contentType: arrival.contentType, length: payload.length, username: uploader.login)
        let item = try await database.transaction(call) { session in
            let id = try Self.register(arrival, uploader, payload, file, digest, properties, session)
            let rows = try ImportRows.all(session, where: "i.id = \(id)", limit: 1)
            guard let item = rows.first else { throw UploadVanished() }
            try trail.uploaded(
                id, by: uploader, fileName: arrival.fileName, digest: Hex.upper(digest), length: payload.length,
                status: item.status, call, session)
            return item
        }
        queued()
        return item
    }

    private func payload(_ arrival: Arrival, _ uploader: Uploader, _ call: Call) async throws -> ArchivedPayload {
        if arrival.blobID.isEmpty { return try ArchivedPayload(arrival.body) }
        do {
            return try await database.read(call) { session in
                try ArchivedPayload(
                    blob: arrival.blobID, login: uploader.login, limit: GroupFile.sizeLimit, session)
            }
        } catch is PayloadOverLimit {
            throw Fault(.malformed, "the file is larger than 100 MB: divide it by school and send the parts")
        }
    }

    /// - Returns: the import of these bytes.
    private static func register(
        _ arrival: Arrival, _ uploader: Uploader, _ payload: ArchivedPayload, _ file: GroupFile, _ digest: [UInt8],
        _ properties: String, _ session: borrowing Session
    ) throws -> Int64 {
        let status = (file.isAccepted ? ImportStatus.accepted : .badData).rawValue
        let content = ImportContent.groups.rawValue
        let number = try payload.number(.group, session)
        let inserted = try session.row(
            """
            INSERT INTO import (id, content, status, digest, content_type, batch, creator, properties, message, web)
            VALUES (\(number), \(content), \(status), \(digest),
                    \(arrival.contentType), nullif(\(arrival.batch), ''), \(uploader.login), \(properties), \(file.message),
                    \(arrival.isWeb))
            ON CONFLICT (digest, content) WHERE NOT web DO NOTHING
            RETURNING id
            """, as: Int64.self)
        guard let id = inserted else {
            try payload.discard(session)
            return try again(uploader, file, digest: digest, status: status, session)
        }
        try session.run(
            """
            INSERT INTO upload (import_id, file_name, user_id, login, role, session_id, statewide, district_group_ids,
                                district_ids, school_group_ids, scope_school_ids, school_ids, all_schools_known)
            VALUES (\(id), \(arrival.fileName), \(uploader.userID), \(uploader.login), \(uploader.role),
                    \(uploader.sessionID), \(uploader.scope.statewide), \(uploader.scope.districtGroupIDs),
                    \(uploader.scope.districtIDs), \(uploader.scope.schoolGroupIDs), \(uploader.scope.schoolIDs),
                    \(file.schoolIDs), \(file.allSchoolsKnown))
            """)
        try payload.store(as: id, session)
        if file.isAccepted {
            try session.run("INSERT INTO import_queue (import_id, content) VALUES (\(id), \(content))")
        }
        return id
    }

    /// The same bytes came by the import API before: judged anew, and carried out again unless they were already
    /// (ingest §2.7).
    private static func again(
        _ uploader: Uploader, _ file: GroupFile, digest: [UInt8], status: Int16, _ session: borrowing Session
    ) throws -> Int64 {
        let content = ImportContent.groups.rawValue
        let known = try session.row(
            "SELECT id, status FROM import WHERE digest = \(digest) AND content = \(content) AND NOT web FOR UPDATE",
            as: (Int64, Int16).self)
        guard let (id, former) = known else { throw UploadVanished() }
        if file.isAccepted, former == ImportStatus.processed.rawValue { return id }
        try session.run(
            "UPDATE import SET status = \(status), message = \(file.message), updated = clock_timestamp() WHERE id = \(id)"
        )
        guard file.isAccepted else {
            try session.run("DELETE FROM import_queue WHERE import_id = \(id)")
            return id
        }
        // Carried out with the rights of whoever sent it now.
        try session.run(
            """
            UPDATE upload SET user_id = \(uploader.userID), login = \(uploader.login), role = \(uploader.role),
                   session_id = \(uploader.sessionID), statewide = \(uploader.scope.statewide),
                   district_group_ids = \(uploader.scope.districtGroupIDs), district_ids = \(uploader.scope.districtIDs),
                   school_group_ids = \(uploader.scope.schoolGroupIDs), scope_school_ids = \(uploader.scope.schoolIDs),
                   school_ids = \(file.schoolIDs), all_schools_known = \(file.allSchoolsKnown), applied = NULL
             WHERE import_id = \(id)
            """)
        try session.run(
            "INSERT INTO import_queue (import_id, content) VALUES (\(id), \(content)) ON CONFLICT (import_id) DO NOTHING"
        )
        return id
    }
}

/// An upload that was just registered is not to be found: the ledger is broken.
struct UploadVanished: Error {}
