import CProtobufC
import Glibc

/// Memory for one encoding or decoding: handed out piece by piece, freed all at once.
///
/// protobuf-c allocates through `allocator`, so no input can make it take more than the limit.
public struct Arena: ~Copyable {
    /// Lives at a fixed address, because protobuf-c's call-back is handed a pointer to it.
    struct State {
        var next: UnsafeMutableRawPointer
        var left: Int
        var chunks: [UnsafeMutableRawPointer]
        var nextChunk: Int
        var budget: Int
        var failure: ProtoError?

        /// - Returns: memory aligned to 16 bytes that nobody has written yet, or nil, with the reason in `failure`.
        mutating func take(_ size: Int) -> UnsafeMutableRawPointer? {
            guard size >= 0, size <= budget else {
                failure = .tooLarge
                return nil
            }
            // At least one byte, so that two pieces never share an address; no overflow, since size <= budget.
            let rounded = (max(size, 1) + 15) & ~15
            if rounded > left {
                let length = max(nextChunk, rounded)
                guard let chunk = malloc(length) else {
                    failure = .outOfMemory
                    return nil
                }
                chunks.append(chunk)
                next = chunk
                left = length
                nextChunk = min(nextChunk * 2, 4 << 20)
            }
            let piece = next
            next += rounded
            left -= rounded
            budget -= min(rounded, budget)
            return piece
        }
    }

    private let state: UnsafeMutablePointer<State>

    /// - Parameters:
    ///   - limit: the most bytes it hands out.
    ///   - expecting: a guess at what will be needed, for the size of the first chunk.
    public init(limit: Int, expecting: Int) {
        state = .allocate(capacity: 1)
        // `next` is never read while `left` is 0; any address will do.
        state.initialize(
            to: State(
                next: UnsafeMutableRawPointer(state), left: 0, chunks: [],
                nextChunk: min(max(expecting, 1 << 10), 4 << 20), budget: limit, failure: nil))
    }

    deinit {
        for chunk in state.pointee.chunks { free(chunk) }
        state.deinitialize(count: 1)
        state.deallocate()
    }

    /// Why the last piece was refused.
    public var failure: ProtoError? { state.pointee.failure }

    /// For protobuf-c; valid while the arena lives. Freeing does nothing.
    var allocator: ProtobufCAllocator {
        ProtobufCAllocator(
            alloc: { data, size in
                guard let data, let size = Int(exactly: size) else { return nil }
                return data.assumingMemoryBound(to: State.self).pointee.take(size)
            },
            free: { _, _ in },
            allocator_data: UnsafeMutableRawPointer(state))
    }

    /// Room for `count` values, not yet initialized.
    public func room<T>(for type: T.Type, count: Int) throws(ProtoError) -> UnsafeMutablePointer<T> {
        let (size, overflow) = MemoryLayout<T>.stride.multipliedReportingOverflow(by: count)
        guard !overflow, let piece = state.pointee.take(size) else { throw state.pointee.failure ?? .tooLarge }
        return piece.bindMemory(to: T.self, capacity: max(count, 1))
    }
}
