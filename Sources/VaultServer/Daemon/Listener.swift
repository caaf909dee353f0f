import Logging
import NIOCore
import NIOPosix
import VaultCore
import VaultProtocol

/// Accepts connections on a bound socket: the peer is known before the first byte is read.
///
/// A plain bind with handlers in the child initializer; an asynchronous accept loop has crashed daemons
/// on SIGTERM (swift-nio #2637).
struct Listener {
  private let channel: any Channel

  /// Which socket somebody comes through, and so who they are.
  enum Door: Sendable {
    /// The main socket: an account of the host, as the kernel shows it.
    case main(OverflowIDs, SubordinateIDs)
    /// A job socket: that socket, whatever the kernel shows.
    case job(SocketName)
  }

  /// Starts to accept. The descriptor belongs to the channel from here on.
  static func start(
    descriptor: CInt, door: Door, group: MultiThreadedEventLoopGroup, hub: Hub
  ) throws -> Listener {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 512)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(
        .writeBufferWaterMark, value: .init(low: 8 * 1_024, high: 64 * 1_024)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try admit(channel, hub, door)
        }
      }
    return Listener(channel: try bootstrap.withBoundSocket(descriptor).wait())
  }

  /// No new connections from here on.
  func close() { try? channel.close().wait() }

  private static func admit(
    _ channel: any Channel, _ hub: Hub, _ door: Door
  ) throws {
    let guest = try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
      of: NIOBSDSocket.Handle.self
    ) { descriptor in
      try Guest(descriptor, door, hub)
    }
    guard let guest else { throw ChannelError.operationUnsupported }
    guard hub.admits(guest.lane) else {
      let error = hub.isStopping ? WireError.serverStopping : .connectionLimit
      if !hub.isStopping { hub.noteRefusal(guest.caller, "connect", error) }
      let line = hub.encode(error: error, id: nil)
      try channel.pipeline.syncOperations.addHandler(Turnstile(line: line))
      return
    }
    try channel.pipeline.syncOperations.addHandler(
      Session(
        id: guest.caller.connection, caller: guest.caller, lane: guest.lane,
        process: guest.process, hub: hub))
  }
}

/// Who is at the door.
private struct Guest {
  let caller: Caller
  let lane: Lane
  let process: PeerProcess?

  init(_ descriptor: CInt, _ door: Listener.Door, _ hub: Hub) throws {
    switch door {
    case .job(let name):
      caller = Caller(socket: name, connection: hub.newConnection())
      lane = .subject(caller.subject)
      process = nil
    case .main(let overflow, let subordinates):
      let found = try PeerCredentials(descriptor: descriptor)
      caller = found.caller(connection: hub.newConnection(), overflow: overflow)
      let process = found.process
      self.process = process
      // Whoever can be many has one part of what there is: a user by subordinate uids, and root of a
      // container by any uid at all.
      let isMany =
        (try? subordinates.contains(found.uid)) ?? true
        || (hub.isCrowded && process.confinement(descriptor) != nil)
      lane = isMany ? .subordinates : .subject(caller.subject)
    }
  }
}

/// Tells a connection that it is not served, and ends it.
private final class Turnstile: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let line: ByteBuffer

  init(line: ByteBuffer) { self.line = line }

  func channelActive(context: ChannelHandlerContext) {
    let channel = context.channel
    channel.writeAndFlush(line).whenComplete { _ in channel.close(promise: nil) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) { unwrapInboundIn(data).wipe() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
