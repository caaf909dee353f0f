import Glibc
import StrictJSON
import VaultClient
import VaultCore
import VaultProtocol

/// `watch` for a program or a log: a line for each request that waits, and then one for each change.
struct WatchLines {
  let places: [WatchPlace]
  let isJSON: Bool

  func run(feed: WatchFeed.Maker) throws {
    let queue = try FeedQueue()
    try queue.start(places, feed: feed)
    var hasHeard: Set<Int> = []
    while true {
      try Self.wait(queue)
      for (place, message) in queue.take() {
        if case .lost(let fault) = message, places.count == 1, !hasHeard.contains(place) {
          throw fault
        }
        hasHeard.insert(place)
        try tell(message, of: places[place].host)
      }
    }
  }

  /// Waits for something to tell, or for nobody to read it any more.
  private static func wait(_ queue: FeedQueue) throws {
    var entries = [
      pollfd(fd: queue.descriptor, events: Int16(POLLIN), revents: 0),
      // Without a wish poll still tells of an end that nobody reads.
      pollfd(fd: STDOUT_FILENO, events: 0, revents: 0),
    ]
    // Safety: the array's storage is lent to the kernel for the call.
    _ = unsafe poll(&entries, nfds_t(entries.count), -1)
    if entries[1].revents & Int16(POLLERR) != 0 { throw Console.ReaderGone() }
  }

  private func tell(_ message: FeedMessage, of host: String?) throws {
    let name = host.map { PlainText.shown($0) + ": " } ?? ""
    switch message {
    case .listed(let entries, let sequence):
      for entry in entries {
        try Console.print(
          bytes: line(
            Change(
              event: "request.waiting", sequence: sequence, time: entry.request.created,
              request: entry.request.id, environment: entry.request.environment,
              state: entry.request.state), entry, host))
      }
    case .moved(let event, let entry):
      try Console.print(
        bytes: line(
          Change(
            event: event.event, sequence: event.sequence, time: event.time, request: event.request,
            environment: event.environment, state: entry?.request.state ?? event.state), entry,
          host))
    case .lost(let fault):
      Console.note("\(name)\(fault.reason): \(fault.sentence); trying again")
    case .back: Console.note("\(name)the daemon is back")
    }
  }

  private struct Change {
    let event: String
    let sequence: Int64
    let time: Int64
    let request: Int64
    let environment: String
    let state: String
  }

  private func line(_ change: Change, _ entry: FeedMessage.Entry?, _ host: String?) -> [UInt8] {
    isJSON ? json(change, entry, host) : text(change, entry, host)
  }

  private func json(_ change: Change, _ entry: FeedMessage.Entry?, _ host: String?) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("host")
    if let host { writer.string(host) } else { writer.null() }
    writer.key("event")
    writer.string(change.event)
    writer.key("sequence")
    writer.integer(change.sequence)
    writer.key("time")
    writer.string(Timestamp.text(milliseconds: change.time))
    writer.key("id")
    writer.integer(change.request)
    writer.key("environment")
    writer.string(change.environment)
    writer.key("state")
    writer.string(change.state)
    writer.endObject()
    // The request as the daemon wrote it, members that this version does not know included.
    // Safety: the writer lends its bytes for the call.
    let head = unsafe writer.withUnsafeBytes { unsafe Array($0.dropLast()) }
    return head + Array(",\"request\":".utf8) + (entry?.json ?? Array("null".utf8))
      + Array("}\n".utf8)
  }

  private func text(_ change: Change, _ entry: FeedMessage.Entry?, _ host: String?) -> [UInt8] {
    var cells = [WallClock.text(change.time)]
    if let host { cells.append(host) }
    cells += ["\(change.request)", change.environment, change.event, change.state]
    if let request = entry?.request {
      cells += [request.requester.text, request.secrets.map(\.name).joined(separator: " ")]
      if let left = request.left { cells.append(left.sentence(now: WallClock.now)) }
      if request.hasTwins { cells.append("same claims as \(request.twinNumbers)") }
    }
    return Array((cells.map(PlainText.shown).joined(separator: "\t") + "\n").utf8)
  }
}
