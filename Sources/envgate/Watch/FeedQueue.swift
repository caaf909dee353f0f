import Glibc
import Synchronization

/// What the feeds have told, in order, until the one loop that shows it takes it; with a descriptor that
/// can be read while there is something.
final class FeedQueue: Sendable {
  typealias Item = (place: Int, message: FeedMessage)

  private let items = Mutex<[Item]>([])
  /// For poll(2).
  let descriptor: Int32
  private let writing: Int32

  /// A feed that is further ahead than this waits: nobody may take what is told.
  private static let most = 1_000

  /// - Throws: ``CommandFault`` `system`.
  init() throws {
    (descriptor, writing) = try PipeEnds.open()
    for end in [descriptor, writing] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
  }

  deinit {
    _ = close(descriptor)
    _ = close(writing)
  }

  /// Puts a message in; from any thread.
  func post(_ message: FeedMessage, from place: Int) {
    while items.withLock({ $0.count }) >= Self.most { _ = poll(nil, 0, 50) }
    items.withLock { $0.append((place, message)) }
    var byte: UInt8 = 0
    // A full pipe says already that there is something.
    // Safety: the local byte is lent for the call.
    _ = unsafe write(writing, &byte, 1)
  }

  /// Takes what there is.
  func take() -> [Item] {
    var bytes = [UInt8](repeating: 0, count: 256)
    // Safety: the array's storage is lent for the call.
    while unsafe read(descriptor, &bytes, bytes.count) > 0 {}
    return items.withLock { items in
      defer { items = [] }
      return items
    }
  }

  /// Starts a thread for each feed. They end with the process.
  /// - Throws: ``CommandFault`` `system`.
  func start(_ places: [WatchPlace], feed: WatchFeed.Maker) throws {
    for (index, place) in places.enumerated() {
      let feed = feed(place) { [self] message in post(message, from: index) }
      try BackgroundThread.start { feed.run() }
    }
  }
}
