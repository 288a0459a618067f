/// Payloads of one content that may also come many at once, in a zip (DESIGN §6).
///
/// The zip is an import of its own content; each of its files becomes an import as if it had come alone. The owner's
/// schema has the tables of `LedgerSchema.zips`.
public struct ZipRule: Sendable {
    /// What each file is.
    let files: ImportContent
    /// What the zip is.
    let zip: ImportContent
    /// Files whose names end otherwise are passed over: lists, folders, what an operating system adds.
    let suffix: String
    /// Of each file.
    let contentType: String
    /// Bytes of a file when unpacked; a larger one is not.
    let fileLimit: Int
    /// Bytes of all files when unpacked; a zip with more is refused before anything is.
    let totalLimit: Int

    public init(
        files: ImportContent, zip: ImportContent, suffix: String, contentType: String, fileLimit: Int,
        totalLimit: Int
    ) {
        precondition(fileLimit <= ArchivedBytes.wholeLimit, "a file is kept as one part")
        self.files = files
        self.zip = zip
        self.suffix = suffix
        self.contentType = contentType
        self.fileLimit = fileLimit
        self.totalLimit = totalLimit
    }
}
