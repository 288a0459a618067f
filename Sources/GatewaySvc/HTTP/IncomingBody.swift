import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// The bytes of a request as they arrive, and whether somebody has read them to the end.
struct IncomingBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    fileprivate final class Progress: Sendable {
        let ended = Atomic(false)
    }

    private let body: RequestBody
    private let progress = Progress()
    /// Announced by the request; nil for a body in chunks, 0 for none.
    let announced: Int64?

    init(_ request: Request) {
        body = request.body
        if let length = request.headers[.contentLength] {
            announced = boundedInteger(length) ?? .max
        } else {
            announced = request.headers[.transferEncoding] == nil ? 0 : nil
        }
    }

    /// Nothing, for a route that reads no body itself.
    init() {
        body = RequestBody(buffer: ByteBuffer())
        announced = 0
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var bytes: RequestBody.AsyncIterator
        fileprivate let progress: Progress

        mutating func next() async throws -> ByteBuffer? {
            let next = try await bytes.next()
            if next == nil { progress.ended.store(true, ordering: .relaxed) }
            return next
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(bytes: body.makeAsyncIterator(), progress: progress)
    }

    // MARK: What nobody reads

    /// So much is taken in and thrown away rather than to lose the connection.
    static let harmless: Int64 = 64 << 10
    /// Time for the client to read the answer before the connection goes.
    static let grace: TimeAmount = .seconds(2)

    /// True if more than a harmless rest may still come: then we answer and close, instead of taking in 500 MB for nothing.
    var mayRemain: Bool {
        (announced ?? .max) > Self.harmless && !progress.ended.load(ordering: .relaxed)
    }

    static func closing(_ body: ResponseBody, _ channel: any Channel) -> ResponseBody {
        ResponseBody(contentLength: body.contentLength) { writer in
            try await body.write(writer)
            channel.eventLoop.scheduleTask(in: grace) { channel.close(promise: nil) }
        }
    }
}
