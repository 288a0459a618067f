import Clocks
import Contracts
import ProtoRuntime
import Testing

@testable import Credentials

/// Refusals first: each of them is a way in if it is missing.
@Suite struct TokenTests {
    let hand = HandClock()
    let gatewayKey = SigningKey.generate(id: "service-gateway")
    let resultsKey = SigningKey.generate(id: "service-results")
    let callerKey = SigningKey.generate(id: "caller-1")

    func verifier(_ service: String = "results") throws -> TokenVerifier {
        let keys = [gatewayKey, resultsKey, callerKey]
        let keyring = try Keyring(publicKeys: Dictionary(uniqueKeysWithValues: keys.map { ($0.id, $0.publicKey) }))
        return TokenVerifier(keyring, service: service, clocks: hand.clocks)
    }
    var gateway: ProcessIdentity { ProcessIdentity(service: "gateway", key: gatewayKey, clocks: hand.clocks) }
    var issuer: CallerTokenIssuer { CallerTokenIssuer(key: callerKey, clocks: hand.clocks) }
    var now: Int64 { hand.clocks.wallMicroseconds() }

    func refuses<T>(_ words: String, _ body: () throws -> T) {
        let fault = #expect(throws: Fault.self) { _ = try body() }
        #expect(fault?.code == .unauthenticated)
        #expect(fault?.detail.contains(words) == true, "\(fault?.detail ?? "")")
    }
    func serviceToken(_ key: SigningKey, kind: TokenKind = .service, _ fill: (inout ServiceClaims) -> Void) throws
        -> [UInt8]
    {
        let claims = ServiceClaims.with {
            $0.service = "gateway"
            $0.audience = "results"
            $0.issuedAtUs = now
            $0.expiresAtUs = now + 60_000_000
            fill(&$0)
        }
        return try signedToken(kind, claims.serialized(), key)
    }

    @Test func aTokenForAnotherServiceIsRefused() throws {
        refuses("another service") { try verifier("group").verifyService(gateway.token(for: "results")) }
    }

    @Test func anExpiredTokenIsRefusedAlsoWhenItWasKnown() throws {
        let verifier = try verifier()
        let service = gateway.token(for: "results")
        let caller = try issuer.issue(.with { $0.userID = 3 })
        #expect(try verifier.verifyService(service) == "gateway")
        #expect(try verifier.verifyCaller(caller).userID == 3)
        hand.advance(.seconds(59))
        #expect(try verifier.verifyService(service) == "gateway")
        hand.advance(.seconds(1))
        refuses("expired") { try verifier.verifyService(service) }
        refuses("expired") { try verifier.verifyCaller(caller) }
    }

    @Test func aKeyOfTheWrongKindIsRefused() throws {
        let verifier = try verifier()
        refuses("another kind") { try verifier.verifyCaller(gateway.token(for: "results")) }
        refuses("another kind") { try verifier.verifyService(issuer.issue(.init())) }
        // The right key signs claims of the other kind: the words in front of them differ.
        refuses("not signed") { try verifier.verifyService(serviceToken(gatewayKey, kind: .caller) { _ in }) }
    }

    @Test func aProcessMaySpeakForItselfOnly() throws {
        refuses("another process") { try verifier().verifyService(serviceToken(resultsKey) { $0.service = "gateway" }) }
    }

    @Test func anUnknownKeyIsRefused() throws {
        let stranger = SigningKey.generate(id: "service-stranger")
        refuses("unknown key") { try verifier().verifyService(serviceToken(stranger) { $0.service = "stranger" }) }
        let impostor = SigningKey.generate(id: "service-gateway")
        refuses("not signed") { try verifier().verifyService(serviceToken(impostor) { _ in }) }
    }

    @Test func aTokenFromTheFutureIsRefusedBeyondTheSkew() throws {
        let verifier = try verifier()
        let near = try serviceToken(gatewayKey) {
            $0.issuedAtUs = now + 30_000_000; $0.expiresAtUs = now + 90_000_000
        }
        #expect(try verifier.verifyService(near) == "gateway")
        let far = try serviceToken(gatewayKey) {
            $0.issuedAtUs = now + 30_000_001; $0.expiresAtUs = now + 90_000_000
        }
        refuses("future") { try verifier.verifyService(far) }
        // A clock set back makes a known token one from the future.
        hand.setWall(microseconds: now - 1)
        refuses("future") { try verifier.verifyService(near) }
    }

    @Test func aTokenThatLivesTooLongIsRefused() throws {
        let verifier = try verifier()
        refuses("too long") { try verifier.verifyService(serviceToken(gatewayKey) { $0.expiresAtUs += 1 }) }
        refuses("too long") {
            try verifier.verifyService(
                serviceToken(gatewayKey) {
                    $0.issuedAtUs = .min; $0.expiresAtUs = .max
                })
        }
    }

    @Test func garbledBytesAreRefused() throws {
        let verifier = try verifier()
        refuses("missing") { try verifier.verifyService([]) }
        refuses("garbled") { try verifier.verifyService([0xFF, 1, 2]) }
        refuses("garbled") { try verifier.verifyCaller(Array(repeating: 0, count: TokenVerifier.sizeLimit + 1)) }
        // Every single bit of a good token, turned over, makes it a bad one.
        let good = try issuer.issue(
            .with {
                $0.userID = 3; $0.login = "a"
            })
        for bit in 0..<good.count * 8 {
            var bad = good
            bad[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: Fault.self, "bit \(bit)") { try verifier.verifyCaller(bad) }
        }
        #expect(try verifier.verifyCaller(good).login == "a")
    }

    @Test func aRefusedTokenIsNotRemembered() throws {
        let cache = TokenCache<CallerClaims>(limit: 10)
        cache.keep(.init(), for: [1, 2, 3, 4])
        cache.keep(.init(), for: [1, 2, 3, 4])
        cache.keep(.init(), for: [5, 6, 7, 8])
        #expect(cache.count == 2)
        cache.keep(.init(), for: [9, 9, 9])
        #expect(cache.count == 1 && cache[[9, 9, 9]] != nil)
    }

    @Test func aProcessRenewsItsTokenAtHalfLife() throws {
        let identity = gateway
        let first = identity.token(for: "results")
        hand.advance(.seconds(29))
        #expect(identity.token(for: "results") == first)
        hand.advance(.seconds(1))
        let second = identity.token(for: "results")
        #expect(second != first)
        #expect(try verifier().verifyService(second) == "gateway")
        hand.setWall(microseconds: now - 1_000_000)
        #expect(identity.token(for: "results") != second)
        #expect(identity.token(for: "group") != identity.token(for: "results"))
    }

    @Test func aPersonsTokenHoldsItsClaimsForAMinuteOrLess() throws {
        let verifier = try verifier()
        let claims = CallerClaims.with {
            $0.userID = 9
            $0.role = "teacher"
            $0.permissions = [
                .with {
                    $0.permission = "GROUP_PII_READ"; $0.scope = .with { $0.schoolIDs = [1, 2] }
                }
            ]
        }
        let read = try verifier.verifyCaller(issuer.issue(claims))
        #expect(read.permissions == claims.permissions && read.userID == 9)
        #expect(read.issuedAtUs == now && read.expiresAtUs == now + 60_000_000)
        let short = try verifier.verifyCaller(issuer.issue(.with { $0.expiresAtUs = now + 5 }))
        #expect(short.expiresAtUs == now + 5)
        let long = try verifier.verifyCaller(issuer.issue(.with { $0.expiresAtUs = .max }))
        #expect(long.expiresAtUs == now + 60_000_000)
    }
}
