import Hummingbird
import NIOCore

/// A JSON array that leaves page by page, as its pages are read: a list of any length in the memory of one page.
struct PagedArray<Page: Sendable>: Sendable {
    /// Read before the answer begins, so that a refusal can still have its status.
    let first: Page
    let hasMore: @Sendable (Page) -> Bool
    let next: @Sendable (Page) async throws -> Page
    /// One page as an array.
    let write: @Sendable (Page, inout JSONWriter) -> Void

    func answer() -> Answer {
        guard hasMore(first) else { return .json { write(first, &$0) } }
        let list = self
        let body = ResponseBody { writer in
            var page = list.first
            var begun = false
            while true {
                let text = jsonText(capacity: 64 << 10) { list.write(page, &$0) }
                // One array over all pages: the brackets of each page go, a comma comes between.
                let inner = text.getSlice(at: text.readerIndex + 1, length: text.readableBytes - 2) ?? ByteBuffer()
                if inner.readableBytes > 0 || !begun {
                    var part = ByteBuffer(string: begun ? "," : "[")
                    part.writeImmutableBuffer(inner)
                    begun = true
                    try await writer.write(part)
                }
                guard list.hasMore(page) else { break }
                page = try await list.next(page)
            }
            try await writer.write(ByteBuffer(string: "]"))
            try await writer.finish(nil)
        }
        return Answer(headers: [.contentType: "application/json"], body: .stream(body))
    }
}
