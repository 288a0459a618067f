import Foundation
import Messaging
import NIOCore
import ServiceRuntime
import Texts

/// The only process that speaks HTTP to the outside.
@main
enum GatewaySvc {
    static func main() async {
        await ServiceProcess.run("gateway", GatewaySettings.self, migrations: nil) { settings, parts in
            let urls = settings.neighbours.urls
            func channel(_ name: String) throws -> Messaging.Channel {
                try parts.channel(to: name, urls: urls[name] ?? [])
            }
            var hints: Subscriber?
            if !settings.neighbours.identityEvents.isEmpty {
                hints = try Subscriber(
                    urls: settings.neighbours.identityEvents, topics: ["sessions", "settings"], tls: parts.busTLS)
            }
            var embargoHints: Subscriber?
            if !settings.neighbours.embargoEvents.isEmpty {
                embargoHints = try Subscriber(
                    urls: settings.neighbours.embargoEvents, topics: ["embargo"], tls: parts.busTLS)
            }
            let neighbours = Gateway.Neighbours(
                identity: try channel("identity"), group: try channel("group"), results: try channel("results"),
                aggregate: try channel("aggregate"), embargo: try channel("embargo"), identityHints: hints,
                embargoHints: embargoHints)
            let gateway = try Gateway(
                settings.gateway, neighbours, web: try WebFiles(directory: webDirectory(settings.gateway)),
                texts: try Texts(), clocks: parts.clocks, metrics: parts.metrics,
                log: parts.log)
            let tenant = gateway.settings
            parts.health.add("settings") { tenant.isKnown ? nil : "not read from identity yet" }
            return gateway.services { port in parts.log.info("listening", metadata: ["port": .stringConvertible(port)])
            }
        }
    }

    /// The folder that was named, or the one that was copied beside the executable.
    private static func webDirectory(_ config: GatewayConfig) -> String {
        config.webDirectory ?? Bundle.module.bundleURL.appendingPathComponent("Web").path
    }
}
