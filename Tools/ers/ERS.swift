import Foundation

/// The operator's tool.
@main
enum ERS {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            switch arguments.first {
            case "keys" where arguments.count == 2:
                for line in try MakeKeys(directory: arguments[1])() { print(line) }
            default:
                FileHandle.standardError.write(Data("usage: ers keys FOLDER\n".utf8))
                exit(64)
            }
        } catch {
            FileHandle.standardError.write(Data("ers: \(error)\n".utf8))
            exit(1)
        }
    }
}
