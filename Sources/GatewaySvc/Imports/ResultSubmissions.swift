import Contracts

/// Results on their way to ResultsSvc: what arrives while two questions are under way goes with the next one, so that many
/// clients do not cost a question each, and one client does not wait for others (engineering/ingest-speed §6).
actor ResultSubmissions {
    private let results: SubmissionsClient
    /// By the token of the person: a question is asked for one.
    private var lines: [[UInt8]: Line] = [:]

    private struct Line {
        var waiting: [Waiting] = []
        var underWay = 0
    }

    private struct Waiting {
        let question: SubmitImportRequest
        let call: Call
        let answer: CheckedContinuation<Import, any Error>
    }

    /// What one question holds at most; ResultsSvc takes no more.
    static let countLimit = 64
    static let byteLimit = 2 << 20
    /// While one is being stored, the next is read and compressed.
    private static let questions = 2

    init(results: SubmissionsClient) { self.results = results }

    /// - Throws: the `Fault` of this payload, or of the whole question.
    func submit(_ question: SubmitImportRequest, _ call: Call) async throws -> Import {
        try await withCheckedThrowingContinuation { answer in
            let token = call.callerToken
            lines[token, default: Line()].waiting.append(Waiting(question: question, call: call, answer: answer))
            guard let line = lines[token], line.underWay < Self.questions else { return }
            lines[token]?.underWay += 1
            Task { await self.send(token) }
        }
    }

    private func send(_ token: [UInt8]) async {
        while let group = next(token) { await ask(group) }
        lines[token]?.underWay -= 1
        if lines[token]?.underWay == 0 { lines[token] = nil }
    }

    private func next(_ token: [UInt8]) -> [Waiting]? {
        guard let waiting = lines[token]?.waiting, !waiting.isEmpty else { return nil }
        var count = 0
        var bytes = 0
        for one in waiting.prefix(Self.countLimit) {
            bytes += one.question.body.count
            if count > 0, bytes > Self.byteLimit { break }
            count += 1
        }
        lines[token]?.waiting.removeFirst(count)
        return Array(waiting.prefix(count))
    }

    private func ask(_ group: [Waiting]) async {
        // The longest budget: one caller's short deadline must not fail the others.
        guard let call = group.map(\.call).max(by: { $0.deadline < $1.deadline }) else { return }
        do {
            let reply = try await results.submitImports(.with { $0.imports = group.map(\.question) }, call)
            guard reply.imports.count == group.count else {
                throw Fault(.internalError, "\(reply.imports.count) answers for \(group.count) payloads")
            }
            for (one, answer) in zip(group, reply.imports) {
                if let item = answer.item {
                    one.answer.resume(returning: item)
                } else {
                    one.answer.resume(
                        throwing: Fault(
                            Fault.Code(rawValue: answer.code), answer.detail,
                            retryAfterMilliseconds: answer.retryAfterMs))
                }
            }
        } catch {
            for one in group { one.answer.resume(throwing: error) }
        }
    }
}
