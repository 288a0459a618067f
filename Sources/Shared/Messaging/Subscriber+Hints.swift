extension Subscriber {
    /// The events as mere hints that something changed; many at once are one. The subscriber lives as long as the stream.
    public var hints: AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let following = Task {
                for await _ in self.events { continuation.yield() }
                continuation.finish()
            }
            continuation.onTermination = { _ in following.cancel() }
        }
    }
}
