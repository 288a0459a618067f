import Contracts
import HTTPTypes
import Testing

@testable import GatewaySvc

@Suite struct ReadingTests {
    @Test(
        "Numbers from outside are bounded",
        arguments: [
            "+1", "-", "", " 1", "1 ", "01", "1_000", "١٢", "1e3", "0x10", "99999999999999999999",
            "9223372036854775808", "NaN", "1.0", "--1",
        ])
    func refusesNumber(text: String) {
        #expect(boundedInteger(text) == nil)
    }

    @Test func readsNumbers() {
        #expect(boundedInteger("9223372036854775807") == .max)
        #expect(boundedInteger("-9223372036854775808") == .min)
        #expect(boundedInteger("0") == 0)
    }

    @Test(
        "Addresses are decoded strictly",
        arguments: [
            "/a?b=%", "/a?b=%4", "/a?b=%zz", "/%ff", "/a?x=%C0%80", "/a?x=%00", "/a%0a", "/a?x=%7f", "a", "", "*",
            "/" + String(repeating: "a", count: 9000), "/?" + String(repeating: "a&", count: 200),
        ])
    func refusesTarget(text: String) {
        #expect(throws: Fault.self) { try Target(text) }
    }

    @Test func readsTargets() throws {
        let target = try Target("/a%20b/c?x=1+2&y=%C3%A9&x=&z")
        #expect(target.segments == ["a b", "c"])
        #expect(target.query.map(\.name) == ["x", "y", "x", "z"])
        #expect(target.query.map(\.value) == ["1 2", "é", "", ""])
        #expect(try Target("/").segments == [])
        #expect(try Target("/a/").segments == ["a", ""])
        #expect(try Target("/%2e%2e/x").segments == ["..", "x"])
    }

    @Test("Base64URL: one text for each bytes", arguments: 0..<70)
    func base64(length: Int) throws {
        let bytes = (0..<length).map { _ in UInt8.random(in: 0...255) }
        #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        #expect(Base64URL.decode(Base64URL.encode(bytes) + "=") == nil)
    }

    @Test("No base64url", arguments: ["A", "AB+/", "AAAAA", "A B", "ÄÄ", "AB", "AAB"])
    func refusesBase64(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test(
        "Accept-Encoding and its weights",
        arguments: [
            (nil, false), ("", false), ("gzip", true), ("GZIP", true), ("gzip;q=0", false), ("gzip; q=0.0", false),
            ("*", true),
            ("*;q=0", false), ("*;q=0, gzip;q=0.1", true), ("gzip;q=0, *", false), ("br, deflate", false),
            ("identity", false),
            ("gzip;q=2", false), ("gzip;q=NaN", false), ("gzip;q=-1", false), ("br;q=1.0, gzip;q=0.8, *;q=0.1", true),
            (";;;,,,", false), ("x-gzip", true), ("gzip;q=", false), ("gzip;level=9;q=0", false),
        ] as [(String?, Bool)])
    func acceptEncoding(header: String?, takes: Bool) {
        #expect(AcceptEncoding.takesGzip(header) == takes)
    }

    @Test(
        "The session cookie among others",
        arguments: [
            ("ers=AAAAAAAAAAAAAAAAAAAAAA", true), ("a=b; ers=AAAAAAAAAAAAAAAAAAAAAA; c=d", true), ("ers=", false),
            ("ers", false),
            ("ers=AAAA", false), ("ers=AAAAAAAAAAAAAAAAAAAAAA; ers=AAAAAAAAAAAAAAAAAAAAAA", false),
            ("xers=AAAAAAAAAAAAAAAAAAAAAA", false),
            ("ers=AAAAAAAAAAAAAAAAAAAAA*", false), (";;;=;=", false), ("__Host-ers=AAAAAAAAAAAAAAAAAAAAAA", false),
            ("ers=" + String(repeating: "A", count: 5000), false),
        ])
    func cookie(header: String, found: Bool) {
        let secret = SessionCookie(secure: false).secret(in: [.cookie: header])
        #expect((secret != nil) == found)
    }

    @Test func cookieFlags() {
        let secure = SessionCookie(secure: true).setting([1, 2, 3])
        #expect(secure == "__Host-ers=AQID; Path=/; HttpOnly; SameSite=Lax; Secure")
        #expect(SessionCookie(secure: false).setting([1, 2, 3]) == "ers=AQID; Path=/; HttpOnly; SameSite=Lax")
        #expect(SessionCookie(secure: true).clearing().contains("Max-Age=0"))
    }

    @Test(
        "Header values",
        arguments: [
            ("form-data; name=\"a\"; filename=\"x;y.xml\"", "form-data", ["name": "a", "filename": "x;y.xml"]),
            ("multipart/form-data; boundary=abc", "multipart/form-data", ["boundary": "abc"]),
            ("a; b=\"q\\\"\\\\\"; b=2;", "a", ["b": "q\"\\"]),
            ("Text/XML;charset=utf-8", "text/xml", ["charset": "utf-8"]),
            ("a; f=\"C:\\dir\\x\"", "a", ["f": "C:\\dir\\x"]),
        ] as [(String, String, [String: String])])
    func headerValue(text: String, word: String, parameters: [String: String]) {
        #expect(HeaderValue(text)?.word == word)
        #expect(HeaderValue(text)?.parameters == parameters)
    }

    @Test("No header values", arguments: ["", ";", "a; b", "a; b=\"x", "a; b=\"x\"y"])
    func refusesHeaderValue(text: String) {
        #expect(HeaderValue(text) == nil)
    }

    @Test func basicCredentials() {
        // "Aladdin:open sesame" and "id:" in the ordinary alphabet
        #expect(BasicCredentials("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")?.password == "open sesame")
        #expect(BasicCredentials("basic aWQ6")?.user == "id")
        for bad in ["", "Basic", "Basic !!!", "Bearer QWxh", "Basic QWxhZGRpbg==", "Basic OnB3", "Basic /w=="] {
            #expect(BasicCredentials(bad) == nil, "\(bad)")
        }
    }

    @Test(
        "Bearer tokens of the header",
        arguments: [
            ("Bearer abc.def-_~+/=", "abc.def-_~+/="), ("bearer  x", "x"), ("Basic abc", nil), ("Bearer", nil),
            ("Bearer ", nil),
            ("Bearer a b", nil), ("Bearer é", nil), ("Bearer a;user;chain", nil),
        ] as [(String, String?)])
    func bearerToken(header: String, token: String?) {
        #expect(BearerTokens.token(in: [.authorization: header]) == token)
    }

    @Test func traceContextGoesOnOnlyWhenItIsOne() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        #expect(Trace.continued(good, requestID: [1]) == good)
        for bad in [
            "", "00-0-0-0", good.uppercased(), good.replacingOccurrences(of: "00-4", with: "01-4"), good + "-x",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        ] {
            #expect(Trace.continued(bad, requestID: Array(repeating: 5, count: 16)).hasPrefix("00-0505"), "\(bad)")
        }
    }
}
