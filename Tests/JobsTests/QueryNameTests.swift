import Reports
import Testing

@Suite("Names of copies")
struct QueryNameTests {
    @Test(
        "Q-1 T34 F287 a copy has the next free number",
        arguments: [
            ("Sample Report", [], "Sample Report (1)"), ("Sample Report (1)", [], "Sample Report (2)"),
            ("Sample Report", ["Sample Report (1)", "Sample Report (2)"], "Sample Report (3)"),
            ("Results (2022)", [], "Results (2022) (1)"), ("Results (999)", [], "Results (1000)"), ("(3)", [], " (4)"),
            ("A(1)", [], "A (2)"), ("A ()", [], "A () (1)"), ("A (x)", [], "A (x) (1)"),
        ] as [(String, Set<String>, String)])
    func next(name: String, taken: Set<String>, copy: String) {
        #expect(QueryName.next(after: name, taken: taken) == copy)
    }

    @Test("T34 the name of a copy is cut where it would be too long")
    func cut() {
        let long = String(repeating: "x", count: 255)
        let copy = QueryName.next(after: long, taken: [])
        #expect(copy == String(repeating: "x", count: 251) + " (1)")
    }
}
