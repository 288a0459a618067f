@main
enum GatewaySvc {
    static func main() async throws {}
}
