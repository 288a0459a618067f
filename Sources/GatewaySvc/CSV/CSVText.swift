import Tabular

/// CSV as a browser saves it: UTF-8 with a mark, every cell quoted, lines ended by CR LF (results §5).
enum CSVText {
    static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    static func line(_ cells: [String]) -> String {
        cells.map(cell).joined(separator: ",") + "\r\n"
    }

    static func cell(_ text: String) -> String { CSVCell.quoted(CSVCell.harmless(text)) }

    /// The name of a file made of some words: letters, digits and a few marks, whatever the words hold.
    static func filename(_ words: [String]) -> String {
        let name = words.joined(separator: "-").unicodeScalars.map { scalar -> Character in
            switch scalar {
            case "A"..."Z", "a"..."z", "0"..."9", "-", ".", "_": Character(scalar)
            default: "_"
            }
        }
        return String(name.prefix(120)) + ".csv"
    }
}
