import NIOCore
import NIOPosix
import VaultCore
import VaultProtocol

/// Takes guests in on the event loop, in their lane's turn: a channel for each connection, with its session.
///
/// Plain channel handlers; an asynchronous accept loop has crashed daemons on SIGTERM (swift-nio #2637).
struct Reception: Sendable {
  private let hub: Hub

  init(_ hub: Hub) { self.hub = hub }

  /// Takes a guest in; the descriptor is the channel's from here on.
  func takeIn(_ guest: Doorkeeper.Guest) {
    hub.eventLoop.execute { [self] in
      hub.loop.add(guest.lane) { open(guest) }
      hub.loop.go()
    }
  }

  private func open(_ guest: Doorkeeper.Guest) {
    let caller = caller(guest)
    ClientBootstrap(group: hub.eventLoop)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .channelOption(.writeBufferWaterMark, value: .init(low: 8 * 1_024, high: 64 * 1_024))
      .channelInitializer { [hub] channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            Session(
              id: caller.connection, caller: caller, lane: guest.lane,
              process: caller.subject.uid == nil ? nil : guest.process,
              entrance: entrance(guest), hub: hub))
        }
      }
      .withConnectedSocket(guest.descriptor)
      .whenFailure { [hub] _ in
        // A session that was opened gives its place back itself.
        if hub.sessions[caller.connection] == nil { hub.admission.leave(guest.lane) }
      }
  }

  private func entrance(_ guest: Doorkeeper.Guest) -> Entrance? {
    // Without a pid the daemon is in a container itself, and sees nobody.
    guard case .job(let rule) = guest.door, guest.process.pid > 0 else { return nil }
    return Entrance(rule: rule, process: guest.process, uid: guest.credentials.uid)
  }

  private func caller(_ guest: Doorkeeper.Guest) -> Caller {
    switch guest.door {
    case .job(let rule):
      Caller(
        socket: rule.name, connection: hub.newConnection(), process: guest.credentials.shownProcess)
    case .main(let overflow):
      guest.credentials.caller(connection: hub.newConnection(), overflow: overflow)
    }
  }
}
