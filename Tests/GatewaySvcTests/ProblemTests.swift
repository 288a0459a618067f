import Contracts
import HTTPTypes
import NIOCore
import Testing

@testable import GatewaySvc

@Suite struct ProblemTests {
    @Test(
        "Every fault has its status",
        arguments: [
            (.malformed, 400), (.unauthenticated, 401), (.forbidden, 403), (.notFound, 404), (.conflict, 409),
            (.alreadyExists, 409),
            (.preconditionFailed, 412), (.tooMany, 429), (.internalError, 500), (.unimplemented, 501),
            (.unavailable, 503),
            (.cancelled, 503), (.deadlinePassed, 504), (Fault.Code(rawValue: 999), 500), (Fault.Code(rawValue: 2), 500),
        ] as [(Fault.Code, Int)])
    func status(code: Fault.Code, status: Int) throws {
        let problem = Problem(
            Fault(code, "words", violations: [.init(field: "year", problem: "too early")], retryAfterMilliseconds: 2500)
        )
        #expect(problem.status.code == status)
        #expect(problem.headers[.retryAfter] == ([429, 503].contains(status) ? "3" : nil))

        let answer = problem.answer(as: .details, requestID: "ab")
        guard case .bytes(let bytes) = answer.body else { throw Fault(.internalError, "no bytes") }
        let json = try JSONValue(parsing: Array(bytes.readableBytesView))
        #expect(answer.headers[.contentType] == "application/problem+json")
        #expect(json["status"] == .integer(Int64(status)))
        #expect(json["requestId"] == .string("ab"))
        // What went wrong inside is not for the world.
        #expect((json["detail"] == .string("words")) == (status != 500))
        #expect(json["violations"] == .array([.object(["field": .string("year"), "problem": .string("too early")])]))
    }

    @Test func plainText() {
        #expect(Problem(Fault(.notFound, "x")).answer(as: .plainText, requestID: "").plain == "no such element")
        #expect(Problem(Fault(.malformed, "empty body")).answer(as: .plainText, requestID: "").plain == "empty body")
        #expect(
            Problem(Fault(.internalError, "secret")).answer(as: .plainText, requestID: "").plain?.contains("secret")
                == false)
    }

    @Test func retryAfterIsAtLeastASecond() {
        #expect(Problem(Fault(.unavailable, "")).headers[.retryAfter] == "1")
        #expect(Problem(Fault(.tooMany, "", retryAfterMilliseconds: .max)).headers[.retryAfter] == "4294968")
    }
}

extension Answer {
    fileprivate var plain: String? {
        if case .bytes(let bytes) = body { String(buffer: bytes) } else { nil }
    }
}
