import Messaging

/// What IdentitySvc publishes: hints that a feed has moved. Nothing personal is in them; nobody relies on them.
struct Events: Sendable {
    /// Nil where no operator wants hints.
    let publisher: Publisher?

    enum Topic: String, Sendable {
        case organizations, settings, sessions
    }

    func moved(_ topic: Topic) { publisher?.publish(topic: topic.rawValue) }
}
