import Glibc

/// What the daemon said to one call, as far as a siege counts it.
struct Answer {
  enum Outcome: Hashable {
    case ok
    case event
    case refused(String)

    var text: String {
      switch self {
      case .ok: "ok"
      case .event: "event"
      case .refused(let reason): reason
      }
    }
  }

  let outcome: Outcome
  /// The number of the request that was made, where one was.
  let made: Int64?

  /// Reads the beginning of a line. The siege has no use for a value, and a real parser would make the
  /// attacker slower than the daemon.
  init(line head: [UInt8]) {
    let isEvent = head.starts(with: Self.event)
    guard !isEvent, let comma = head.dropFirst(Self.start).firstIndex(of: UInt8(ascii: ","))
    else {
      outcome = isEvent ? .event : .refused("unreadable")
      made = nil
      return
    }
    let rest = head[(comma + 1)...]
    if rest.starts(with: Self.result) {
      outcome = .ok
      made = Self.made(rest.dropFirst(Self.result.count))
    } else {
      outcome = .refused(Self.reason(rest))
      made = nil
    }
  }

  private static let event = Array(#"{"jsonrpc":"2.0","method":"#.utf8)
  /// Before the id: an id of ours holds no comma.
  private static let start = #"{"jsonrpc":"2.0","id":"#.utf8.count
  private static let result = Array(#""result":{"#.utf8)
  private static let id = Array(#""id":"#.utf8)
  private static let ticket = Array(#","ticket":"#.utf8)
  private static let reasonKey = Array(#""reason":""#.utf8)

  /// Other answers begin with a request's number too; only a new one comes with its ticket.
  private static func made(_ result: ArraySlice<UInt8>) -> Int64? {
    guard result.starts(with: id) else { return nil }
    let digits = result.dropFirst(id.count).prefix { (48...57).contains($0) }
    guard result[digits.endIndex...].starts(with: ticket) else { return nil }
    return digits.reduce(0) { $0 &* 10 &+ Int64($1 - 48) }
  }

  private static func reason(_ bytes: ArraySlice<UInt8>) -> String {
    var rest = bytes
    // The key is rare, so a search from quote to quote is quick enough.
    while let quote = rest.firstIndex(of: UInt8(ascii: "\"")) {
      rest = rest[quote...]
      if rest.starts(with: reasonKey) {
        let word = rest.dropFirst(reasonKey.count).prefix { $0 != UInt8(ascii: "\"") }
        return String(decoding: word, as: UTF8.self)
      }
      rest = rest.dropFirst()
    }
    return "no reason"
  }
}

/// Cuts what arrives into answers. Of a line only its beginning is kept, however long it is.
struct AnswerCutter {
  private static let kept = 1_024
  private var head: [UInt8] = []

  /// Calls `body` for each line that ends in these bytes.
  mutating func take(_ bytes: ArraySlice<UInt8>, _ body: (Answer) -> Void) {
    var rest = bytes
    while !rest.isEmpty {
      let newline = Self.newline(in: rest)
      let end = newline ?? rest.endIndex
      head += rest[..<end].prefix(Self.kept - head.count)
      guard newline != nil else { return }
      body(Answer(line: head))
      head.removeAll(keepingCapacity: true)
      rest = rest[(end + 1)...]
    }
  }

  /// memchr(3), since answers of 64 KB come by the thousand.
  private static func newline(in bytes: ArraySlice<UInt8>) -> Int? {
    unsafe bytes.withUnsafeBytes { raw -> Int? in
      // Safety: within the bytes of the slice.
      guard let base = raw.baseAddress, let hit = unsafe memchr(base, 0x0A, raw.count)
      else { return nil }
      return bytes.startIndex + (unsafe UnsafeRawPointer(hit) - base)
    }
  }
}
