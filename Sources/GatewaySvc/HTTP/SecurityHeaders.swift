import HTTPTypes

/// What every answer says to the browser, whatever it carries.
enum SecurityHeaders {
    static let contentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
        + "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

    /// - Parameter secure: whether the browser reached us by https; only then may it be told to insist on it.
    static func add(to headers: inout HTTPFields, secure: Bool) {
        headers[.contentSecurityPolicy] = contentSecurityPolicy
        headers[.xContentTypeOptions] = "nosniff"
        headers[.xFrameOptions] = "DENY"
        headers[.referrerPolicy] = "no-referrer"
        headers[.crossOriginOpenerPolicy] = "same-origin"
        headers[.crossOriginResourcePolicy] = "same-origin"
        headers[.permissionsPolicy] = "camera=(), geolocation=(), microphone=()"
        if secure { headers[.strictTransportSecurity] = "max-age=31536000; includeSubDomains" }
        // What may hold student data is the rule; a file that may be kept says so itself.
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
    }
}

extension HTTPField.Name {
    static let crossOriginOpenerPolicy = named("Cross-Origin-Opener-Policy")
    static let crossOriginResourcePolicy = named("Cross-Origin-Resource-Policy")
    static let csrf = named("X-CSRF")
    static let forwardedFor = named("X-Forwarded-For")
    static let forwardedHost = named("X-Forwarded-Host")
    static let forwardedProto = named("X-Forwarded-Proto")
    static let permissionsPolicy = named("Permissions-Policy")
    static let pragma = named("Pragma")
    static let referrerPolicy = named("Referrer-Policy")
    static let requestID = named("X-Request-Id")
    static let secFetchSite = named("Sec-Fetch-Site")
    static let traceparent = named("traceparent")
    static let xFrameOptions = named("X-Frame-Options")

    private static func named(_ name: StaticString) -> HTTPField.Name {
        guard let name = HTTPField.Name("\(name)") else { preconditionFailure("\(name) is no name of a header") }
        return name
    }
}
