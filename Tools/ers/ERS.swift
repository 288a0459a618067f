import Foundation

/// The operator's tool.
@main
enum ERS {
    static let usage = """
        usage: ers keys FOLDER
               ers embargo watch [--after N] [--journal FILE]
               ers verify

        """

    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            switch (arguments.first, arguments.dropFirst().first) {
            case ("keys", let folder?) where arguments.count == 2:
                for line in try MakeKeys(directory: folder)() { print(line) }
            case ("embargo", "watch"):
                guard let watch = try WatchEmbargo(Array(arguments.dropFirst(2)), ProcessInfo.processInfo.environment)
                else { misused() }
                try await watch()
            case ("verify", nil):
                let verify = try VerifyDerived(ProcessInfo.processInfo.environment)
                if try await !verify({ print($0) }) { end(2) }
            default: misused()
            }
        } catch {
            FileHandle.standardError.write(Data("ers: \(error)\n".utf8))
            end(1)
        }
        end(0)
    }

    private static func misused() -> Never {
        FileHandle.standardError.write(Data(usage.utf8))
        end(64)
    }

    /// Ends without running the exit handlers of C libraries, which threads that close connections may still be using.
    private static func end(_ code: Int32) -> Never {
        fflush(nil)
        _exit(code)
    }
}
