import Contracts

extension Call {
    /// A call of a test, in nobody's name: ten minutes unless told, as all tests run at once.
    public static func test(budget: Duration = .seconds(600), service: String = "test") -> Call {
        .starting(budget: budget, service: service)
    }

    /// A call of a test in a person's name.
    public static func test(_ caller: CallerClaims, budget: Duration = .seconds(600)) -> Call {
        var call = Call.starting(budget: budget, service: "gateway")
        call.caller = caller
        return call
    }
}
