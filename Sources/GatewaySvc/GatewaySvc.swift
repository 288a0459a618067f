import Crypto
import Hummingbird
@main enum GatewaySvc { static func main() async throws { let r = Router(); r.get("/") { _, _ in "x" }; print(Insecure.MD5.hash(data: [1]), r) } }
