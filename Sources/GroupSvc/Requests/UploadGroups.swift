import Contracts
import Postgres

/// A file of groups from the web page. Every upload has a row of its own in the history and is carried out again, also when
/// the same bytes were there before (access §4.10).
///
/// - Throws: `Fault` `.forbidden` without `GROUP_WRITE`.
struct UploadGroups: Sendable {
    let uploads: Uploads

    func callAsFunction(_ ask: UploadGroupsRequest, _ call: Call) async throws -> GroupUpload {
        let item = try await uploads.receive(
            Uploads.Arrival(
                fileName: ask.fileName, contentType: ask.contentType, batch: ask.fileName,
                properties: [
                    .with {
                        $0.name = "filename"
                        $0.value = ask.fileName
                    }
                ], isWeb: true, body: ask.body, blobID: ask.blobID), call)
        return .with {
            $0.id = item.id
            $0.fileName = ask.fileName
            $0.status = item.status
            $0.message = item.message ?? ""
            $0.createdAtUs = item.createdAtUs
        }
    }
}
