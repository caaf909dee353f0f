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

  /// Starts to accept. The descriptor belongs to the channel from here on.
  static func start(
    descriptor: CInt, group: MultiThreadedEventLoopGroup, hub: Hub, overflow: OverflowIDs,
    logger: Logger
  ) throws -> Listener {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 512)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(
        .writeBufferWaterMark, value: .init(low: 8 * 1_024, high: 64 * 1_024)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try admit(channel, hub, overflow)
        }
      }
    return Listener(channel: try bootstrap.withBoundSocket(descriptor).wait())
  }

  /// No new connections from here on.
  func close() { try? channel.close().wait() }

  private static func admit(
    _ channel: any Channel, _ hub: Hub, _ overflow: OverflowIDs
  ) throws {
    let found = try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
      of: NIOBSDSocket.Handle.self
    ) { descriptor in
      try PeerCredentials(descriptor: descriptor)
    }
    guard let found else { throw ChannelError.operationUnsupported }
    let caller = found.caller(connection: hub.newConnection(), overflow: overflow)
    guard hub.admits(uid: caller.uid) else {
      let line = hub.encode(
        error: hub.isStopping ? .serverStopping : .connectionLimit, id: nil)
      try channel.pipeline.syncOperations.addHandler(Turnstile(line: line))
      return
    }
    try channel.pipeline.syncOperations.addHandler(
      Session(id: caller.connection, caller: caller, hub: hub))
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
