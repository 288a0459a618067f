/// The name of a downloaded file, without what file systems do not take (aggregates §3.3).
public enum FileName {
    public static func safe(_ name: String) -> String {
        let forbidden = Set("<>:;,?\"*|\\/")
        let kept = name.map { forbidden.contains($0) || $0.isNewline ? "_" : $0 }
        return String(kept).isEmpty ? "report" : String(kept)
    }
}
