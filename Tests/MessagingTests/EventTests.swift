import Testing

@testable import Messaging

/// Hints: who gets them, and what happens to slow readers.
@Suite(.timeLimit(.minutes(2)))
struct EventTests {
    /// Publishes until the first hint has come through: a subscription takes a moment to reach the publisher.
    private func firstEvent(_ publisher: Publisher, _ topic: String, _ events: inout AsyncStream<BusEvent>.Iterator)
        async
        -> BusEvent?
    {
        let calling = Task {
            while !Task.isCancelled {
                publisher.publish(topic: topic, [0])
                await Task.yield()
            }
        }
        let first = await events.next()
        calling.cancel()
        await calling.value
        return first
    }

    /// Reads until nothing is under way any more. Closing a subscription in the moment in which a message arrives on it may
    /// stop libnng 1.5.2 from ever closing anything again in this process (`BusSocket.close`), and with it the other tests.
    private func drain(_ publisher: Publisher, _ topic: String, _ events: inout AsyncStream<BusEvent>.Iterator) async {
        publisher.publish(topic: topic, [0xFF])
        while let event = await events.next(), event.body != [0xFF] {}
    }

    @Test func hintsReachWhoAskedForTheirTopic() async throws {
        let folder = try BusFolder()
        let publisher = try Publisher(listeningOn: folder.ipc())
        let subscriber = try Subscriber(urls: [publisher.url], topics: ["embargo"])
        var events = subscriber.events.makeAsyncIterator()
        #expect(await firstEvent(publisher, "embargo", &events)?.topic == "embargo")

        publisher.publish(topic: "embargo.other", [1])
        publisher.publish(topic: "results", [2])
        publisher.publish(topic: "embargo", [3])
        var next = await events.next()
        while next?.body == [0] { next = await events.next() }
        #expect(next == BusEvent(topic: "embargo", body: [3]))
        subscriber.close()
        while next != nil { next = await events.next() }
        publisher.close()
    }

    @Test func slowSubscriber_neverHoldsThePublisherAndGetsTheNewest() async throws {
        let folder = try BusFolder()
        let publisher = try Publisher(listeningOn: folder.ipc())
        let subscriber = try Subscriber(urls: [publisher.url], topics: ["t"])
        var events = subscriber.events.makeAsyncIterator()
        #expect(await firstEvent(publisher, "t", &events) != nil)

        let count = 50_000
        for number in 1...count { publisher.publish(topic: "t", withUnsafeBytes(of: number) { [UInt8]($0) }) }
        // The newest is never dropped: reading until it comes ends, and fewer came than were sent.
        let newest = withUnsafeBytes(of: count) { [UInt8]($0) }
        var came = 0
        while let event = await events.next(), event.body != newest { came += 1 }
        #expect(came < count)
        subscriber.close()
        publisher.close()
    }

    @Test func aPublisherThatComesLaterIsFound() async throws {
        let folder = try BusFolder()
        let subscriber = try Subscriber(urls: [folder.ipc("late"), folder.ipc("never")], topics: ["t"])
        #expect(!subscriber.isConnected)
        let publisher = try Publisher(listeningOn: folder.ipc("late"))
        var events = subscriber.events.makeAsyncIterator()
        #expect(await firstEvent(publisher, "t", &events)?.topic == "t")
        // A message may arrive before libnng tells of the connection.
        while !subscriber.isConnected { await Task.yield() }
        await drain(publisher, "t", &events)
        subscriber.close()
        publisher.close()
    }

    @Test func hintsTravelOverMutualTLS() async throws {
        let folder = try BusFolder()
        let certificates = try BusCertificates(in: folder)
        let publisher = try Publisher(listeningOn: "tls+tcp://localhost:0", tls: certificates.issue("localhost"))
        let subscriber = try Subscriber(urls: [publisher.url], topics: ["t"], tls: certificates.issue("client"))
        var events = subscriber.events.makeAsyncIterator()
        #expect(await firstEvent(publisher, "t", &events)?.topic == "t")
        await drain(publisher, "t", &events)
        subscriber.close()
        publisher.close()
    }

    @Test func whatNoPublisherSendsIsNotAnEvent() {
        for bytes in [[], [0x7C], Array("no separator".utf8), [0xFF, 0x7C]] as [[UInt8]] {
            let event = bytes.withUnsafeBytes { BusEvent($0) }
            #expect(event == nil || event == BusEvent(topic: "", body: []))
        }
    }
}
