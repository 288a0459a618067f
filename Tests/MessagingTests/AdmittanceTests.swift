import CNNG
import Clocks
import Contracts
import Credentials
import Testing

@testable import Messaging

/// Who may call: certificates, service tokens, persons.
@Suite(.timeLimit(.minutes(2)))
struct AdmittanceTests {
    private let bus: TestBus
    init() throws { bus = try TestBus() }

    @Test func mutualTLS_carriesCalls() async throws {
        let certificates = try BusCertificates(in: bus.folder)
        let server = try bus.server("tls+tcp://localhost:0", tls: certificates.issue("localhost")) { ask, _ in ask }
        let channel = try bus.channel(server.url, tls: certificates.issue("client"))
        #expect(try await channel.ask([1, 2]) == [1, 2])
        try await server.stop()
    }

    @Test func noClientCertificate_noConnection() async throws {
        let certificates = try BusCertificates(in: bus.folder)
        let server = try bus.server("tls+tcp://localhost:0", tls: certificates.issue("localhost")) { ask, _ in ask }

        let socket = try BusSocket(.request)
        var config: OpaquePointer?
        #expect(nng_tls_config_alloc(&config, NNG_TLS_MODE_CLIENT) == 0)
        #expect(nng_tls_config_ca_chain(config, try certificates.authorityText, nil) == 0)
        #expect(nng_tls_config_auth_mode(config, NNG_TLS_AUTH_MODE_REQUIRED) == 0)
        #expect(nng_tls_config_server_name(config, "localhost") == 0)
        var dialer = nng_dialer()
        #expect(nng_dialer_create(&dialer, socket.raw, server.url) == 0)
        #expect(nng_dialer_set_ptr(dialer, NNG_OPT_TLS_CONFIG, UnsafeMutableRawPointer(config)) == 0)
        // Dialing and waiting: the only way in which NNG tells why.
        #expect(nng_dialer_start(dialer, 0) != 0)
        nng_tls_config_free(config)
        socket.close()

        #expect(try await bus.channel(server.url, tls: certificates.issue("client")).ask([1]) == [1])
        try await server.stop()
    }

    @Test func certificateOfAnotherAuthority_noConnection() async throws {
        let ours = try BusCertificates(in: bus.folder)
        let theirs = try BusCertificates(in: bus.folder, authority: "stranger")
        let server = try bus.server("tls+tcp://localhost:0", tls: ours.issue("localhost")) { ask, _ in ask }
        let channel = try bus.channel(server.url, tls: theirs.issue("client"), grace: .milliseconds(500))
        #expect(await fault { try await channel.ask([1], budget: .seconds(60)) }?.code == .unavailable)
        try await server.stop()
    }

    @Test func certificateForAnotherHost_noConnection() async throws {
        let certificates = try BusCertificates(in: bus.folder)
        let server = try bus.server("tls+tcp://localhost:0", tls: certificates.issue("elsewhere")) { ask, _ in ask }
        let channel = try bus.channel(server.url, tls: certificates.issue("client"), grace: .milliseconds(500))
        #expect(await fault { try await channel.ask([1], budget: .seconds(60)) }?.code == .unavailable)
        try await server.stop()
    }

    @Test func wrongServiceToken_isRefused() async throws {
        let times = Tally()
        let server = try bus.server(bus.folder.ipc()) { ask, _ in
            times.add()
            return ask
        }
        // A key that nobody has published, under the name of one that is.
        let forger = ProcessIdentity(
            service: "gateway", key: SigningKey.generate(id: "service-gateway"), clocks: .system)
        let forged = try bus.channel(server.url, identity: forger)
        // To the process that asks it is not "please sign in" but "this suite does not work".
        #expect(await fault { try await forged.ask() }?.code == .unavailable)

        let stranger = try RequestSocket(dialing: server.url)
        let wrong: [(inout RpcRequest) -> Void] = [
            { $0.serviceToken = [] },
            { $0.serviceToken = [1, 2, 3] },
            // Made out to another service.
            { [bus] in $0.serviceToken = bus.identity("gateway").token(for: "group") },
            { $0.serviceToken[$0.serviceToken.count - 1] ^= 1 },
        ]
        for change in wrong {
            let ask = try envelope(TestBus.read, bus.identity("gateway"), change)
            let reply = try RpcReply(decoding: try await stranger.ask(ask))
            #expect(reply.code == Fault.Code.unauthenticated.rawValue)
        }
        #expect(times.value == 0)
        try await server.stop()
    }

    /// A program outside the suite has no key; it shows an access token, and its scope opens one method and no other.
    @Test func client_needsATokenWithTheScope() async throws {
        let server = try bus.server(
            bus.folder.ipc(),
            clients: { token, _ in
                switch token {
                case "good": ["other", "a.scope"]
                case "narrow": ["a.scop"]
                case "away": throw Fault(.unavailable, "nobody can tell")
                default: throw Fault(.unauthenticated, "the access token is not valid")
                }
            }
        ) { ask, call in
            #expect(call.service.isEmpty && call.accessToken.isEmpty, "the token goes no further")
            return ask
        }
        let channel = try bus.channel(server.url, as: "")
        let long = String(repeating: "x", count: 2_000)
        for (token, code) in [
            ("", Fault.Code.unauthenticated), ("bad", .unauthenticated), (long, .unauthenticated),
            ("narrow", .forbidden), ("away", .unavailable),
        ] {
            let refused = await fault { try await channel.ask([1], TestBus.outside) { $0.accessToken = token } }
            #expect(refused?.code == code, "\(token.prefix(9))")
        }
        #expect(try await channel.ask([1], TestBus.outside) { $0.accessToken = "good" } == [1])
        // The token opens nothing that processes ask, and the key of a process nothing that clients ask.
        let read = await fault { try await channel.ask([1], TestBus.read) { $0.accessToken = "good" } }
        #expect(read?.code == .unauthenticated)
        let gateway = try bus.channel(server.url)
        let process = await fault { try await gateway.ask([1], TestBus.outside) { $0.accessToken = "good" } }
        #expect(process?.code == .unauthenticated, "a process does not send it")
        try await server.stop()

        let deaf = try bus.server(bus.folder.ipc()) { ask, _ in ask }
        let toDeaf = try bus.channel(deaf.url, as: "")
        let refused = await fault { try await toDeaf.ask([1], TestBus.outside) { $0.accessToken = "good" } }
        #expect(refused?.code == .unimplemented)
        try await deaf.stop()
    }

    @Test func wrongService_isForbidden() async throws {
        let server = try bus.server(bus.folder.ipc()) { ask, _ in ask }
        let channel = try bus.channel(server.url, as: "group")
        #expect(await fault { try await channel.ask() }?.code == .forbidden)
        try await server.stop()
    }

    @Test func missingPerson_isUnauthenticated() async throws {
        let server = try bus.server(bus.folder.ipc()) { _, call in
            .with { $0.bytes = Array("\(call.service) \(call.caller?.login ?? "nobody")".utf8) }
        }
        let channel = try bus.channel(server.url)
        #expect(await fault { try await channel.ask([], TestBus.mine) }?.code == .unauthenticated)
        let forged = await fault { try await channel.ask([], TestBus.mine) { $0.callerToken = [9, 9, 9] } }
        #expect(forged?.code == .unavailable, "nobody shall be logged off because clocks differ")
        // A wrong token is refused even where none is needed.
        #expect(await fault { try await channel.ask { $0.callerToken = [9, 9, 9] } }?.code == .unavailable)

        let now = Clocks.system.wallMicroseconds()
        let token = try bus.person(
            .with {
                $0.login = "teacher"
                $0.issuedAtUs = now
                $0.expiresAtUs = now + 60_000_000
            })
        let answer = try await channel.ask([], TestBus.mine) { $0.callerToken = token }
        #expect(String(decoding: answer, as: UTF8.self) == "gateway teacher")
        try await server.stop()
    }
}
