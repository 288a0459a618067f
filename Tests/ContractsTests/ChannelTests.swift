import ProtoRuntime
import Testing

@testable import Contracts

@Suite struct ChannelTests {
    /// Answers embargo questions with what a closure says.
    struct Answering: EmbargoService {
        var list: @Sendable (ListEmbargoesRequest, Call) async throws -> EmbargoList = { _, _ in EmbargoList() }
        func listEmbargoes(_ ask: ListEmbargoesRequest, _ call: Call) async throws -> EmbargoList {
            try await list(ask, call)
        }
        func setEmbargo(_ ask: SetEmbargoRequest, _ call: Call) async throws -> SetEmbargoReply { .init() }
        func listEmbargoHistory(_ ask: ListEmbargoesRequest, _ call: Call) async throws -> EmbargoHistory { .init() }
        func readEmbargoHistory(_ ask: ReadEmbargoHistoryRequest, _ call: Call) async throws -> EmbargoHistory {
            .init()
        }
        func embargoNews(_ ask: ReplayRequest, _ call: Call) async throws -> ReplayPage { .init() }
        func embargoChanges(_ ask: ChangesRequest, _ call: Call) async throws -> EmbargoChangesPage {
            .with { $0.page = .with { $0.head = ask.after } }
        }
    }
    struct Broken: Error { let secret = "select secret" }

    func call(person: Bool = true, service: String = "gateway") -> Call {
        var call = Call.starting(budget: .seconds(60), service: service)
        if person { call.caller = CallerClaims.with { $0.userID = 4 } }
        return call
    }

    @Test func refusals() async throws {
        let channel = DirectChannel([Answering().rpcTable])
        let client = EmbargoClient(channel)
        await expectFault(.unauthenticated) {
            try await client.listEmbargoes(.init(), call(person: false))
        }
        await expectFault(.forbidden) { try await client.listEmbargoes(.init(), call(service: "results")) }
        await expectFault(.deadlinePassed) {
            try await client.listEmbargoes(.init(), Call(requestID: [], deadline: .now - .seconds(1)))
        }
        await expectFault(.malformed) {
            try await channel.send(EmbargoMethods.listEmbargoes, [0x0A, 200], call())
        }
        await expectFault(.unimplemented) {
            try await HealthClient(channel).checkHealth(.init(), call())
        }
        await expectFault(.forbidden) {
            try await EmbargoClient(DirectChannel([Answering().rpcTable], as: "identity"))
                .embargoChanges(.init(), call(person: false))
        }
    }

    @Test func aFaultArrivesAsItWasThrown() async throws {
        let thrown = Fault(
            .conflict, "changed", violations: [.init(field: "version", problem: "old")], retryAfterMilliseconds: 5)
        let client = EmbargoClient(DirectChannel([Answering(list: { _, _ in throw thrown }).rpcTable]))
        await #expect(throws: thrown) { try await client.listEmbargoes(.init(), call()) }
    }

    @Test func anyOtherErrorIsInternalAndSaysNothing() async throws {
        let client = EmbargoClient(DirectChannel([Answering(list: { _, _ in throw Broken() }).rpcTable]))
        let error = await #expect(throws: Fault.self) { try await client.listEmbargoes(.init(), call()) }
        #expect(error?.code == .internalError)
        #expect(error?.detail.contains("secret") == false)
    }

    @Test func aQuestionThatCannotBeSentIsMalformed() async throws {
        let channel = DirectChannel([])
        await expectFault(.malformed) {
            try await ResultsClient(channel).findStudent(.with { $0.ssid = "\u{0}" }, call())
        }
    }

    @Test func theQuestionArrivesAndTheAnswerComesBack() async throws {
        let answering = Answering { ask, call in
            .with {
                $0.schoolYear = ask.schoolYear; $0.years = [Int32(call.caller?.userID ?? 0)]
            }
        }
        let client = EmbargoClient(DirectChannel([answering.rpcTable]))
        let list = try await client.listEmbargoes(.with { $0.schoolYear = 2026 }, call())
        #expect(list.schoolYear == 2026 && list.years == [4])
        let page = try await client.embargoChanges(.with { $0.after = 9 }, call(person: false, service: "results"))
        #expect(page.page?.head == 9)
    }

    private func expectFault<T>(_ code: Fault.Code, _ body: () async throws -> T) async {
        let fault = await #expect(throws: Fault.self) { _ = try await body() }
        #expect(fault?.code == code)
    }
}
