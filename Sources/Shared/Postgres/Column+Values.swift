extension Int16: Column {
    public static var type: ColumnType { .int2 }
    public static func reads(_ type: ColumnType) -> Bool { type == .int2 }
    public func write(to bytes: inout [UInt8]) -> Bool {
        bytes.append(bigEndian: self)
        return true
    }
    public static func read(_ cell: Cell) throws(CellProblem) -> Int16 { try cell.integer(Int16.self) }
}

extension Int32: Column {
    public static var type: ColumnType { .int4 }
    public static func reads(_ type: ColumnType) -> Bool { type == .int4 || type == .int2 }
    public func write(to bytes: inout [UInt8]) -> Bool {
        bytes.append(bigEndian: self)
        return true
    }
    public static func read(_ cell: Cell) throws(CellProblem) -> Int32 {
        cell.type == .int2 ? Int32(try cell.integer(Int16.self)) : try cell.integer(Int32.self)
    }
}

extension Int64: Column {
    public static var type: ColumnType { .int8 }
    public static func reads(_ type: ColumnType) -> Bool { type == .int8 || type == .int4 || type == .int2 }
    public func write(to bytes: inout [UInt8]) -> Bool {
        bytes.append(bigEndian: self)
        return true
    }
    public static func read(_ cell: Cell) throws(CellProblem) -> Int64 {
        switch cell.type {
        case .int2: return Int64(try cell.integer(Int16.self))
        case .int4: return Int64(try cell.integer(Int32.self))
        default: return try cell.integer(Int64.self)
        }
    }
}

extension Int: Column {
    public static var type: ColumnType { .int8 }
    public static func reads(_ type: ColumnType) -> Bool { Int64.reads(type) }
    public func write(to bytes: inout [UInt8]) -> Bool { Int64(self).write(to: &bytes) }
    public static func read(_ cell: Cell) throws(CellProblem) -> Int { Int(try Int64.read(cell)) }
}

extension Double: Column {
    public static var type: ColumnType { .float8 }
    public static func reads(_ type: ColumnType) -> Bool { type == .float8 || type == .float4 }
    public func write(to bytes: inout [UInt8]) -> Bool {
        bytes.append(bigEndian: bitPattern)
        return true
    }
    public static func read(_ cell: Cell) throws(CellProblem) -> Double {
        cell.type == .float4
            ? Double(Float(bitPattern: try cell.integer(UInt32.self)))
            : Double(bitPattern: try cell.integer(UInt64.self))
    }
}

extension Bool: Column {
    public static var type: ColumnType { .bool }
    public static func reads(_ type: ColumnType) -> Bool { type == .bool }
    public func write(to bytes: inout [UInt8]) -> Bool {
        bytes.append(self ? 1 : 0)
        return true
    }
    public static func read(_ cell: Cell) throws(CellProblem) -> Bool { try cell.integer(UInt8.self) != 0 }
}

/// Reads every textual type, labels of enums, and `jsonb` as its text.
extension String: Column {
    public static var type: ColumnType { .text }
    public static func reads(_ type: ColumnType) -> Bool {
        type == .text || ColumnType.textual.contains(type) || type == .jsonb || type.isOwn
    }
    public func write(to bytes: inout [UInt8]) -> Bool {
        bytes.append(contentsOf: utf8)
        return true
    }
    public static func read(_ cell: Cell) throws(CellProblem) -> String {
        var content = try cell.content()
        if cell.type == .jsonb {
            guard content.first == 1 else { throw .wrongType }  // the version of jsonb's binary form
            content = UnsafeRawBufferPointer(rebasing: content.dropFirst())
        }
        guard let text = String(validating: content, as: UTF8.self) else { throw .notUTF8 }
        return text
    }
}

extension Timestamp: Column {
    public static var type: ColumnType { .timestamptz }
    public static func reads(_ type: ColumnType) -> Bool { type == .timestamptz }
    public func write(to bytes: inout [UInt8]) -> Bool {
        bytes.append(bigEndian: stored)
        return true
    }
    public static func read(_ cell: Cell) throws(CellProblem) -> Timestamp {
        guard let instant = Timestamp(stored: try cell.integer(Int64.self)) else { throw .outOfRange }
        return instant
    }
}

extension Day: Column {
    public static var type: ColumnType { .date }
    public static func reads(_ type: ColumnType) -> Bool { type == .date }
    public func write(to bytes: inout [UInt8]) -> Bool {
        bytes.append(bigEndian: stored)
        return true
    }
    public static func read(_ cell: Cell) throws(CellProblem) -> Day {
        guard let day = Day(stored: try cell.integer(Int32.self)) else { throw .outOfRange }
        return day
    }
}

extension Optional: Column where Wrapped: Column {
    public static var type: ColumnType { Wrapped.type }
    public static func reads(_ type: ColumnType) -> Bool { Wrapped.reads(type) }
    public func write(to bytes: inout [UInt8]) -> Bool { self?.write(to: &bytes) ?? false }
    public static func read(_ cell: Cell) throws(CellProblem) -> Wrapped? {
        cell.isNull ? nil : try Wrapped.read(cell)
    }
}
