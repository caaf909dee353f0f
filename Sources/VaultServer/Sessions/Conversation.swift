import NIOCore
import SecretMemory
import VaultCalls
import VaultCore
import VaultEngine
import VaultProtocol

/// The calls of one connection, in order: what runs, what waits for its turn, what is answered.
///
/// Invariants:
/// - answers leave in the order in which the calls came;
/// - the first entry is always the one that an answer of the engine belongs to: entries before it have
///   left, and the engine answers in the order of submission;
/// - a call that must be alone starts when everything before it has left, and nothing behind it starts
///   before it is answered.
///
/// A pure state machine: it says what to do next, the session does it.
struct Conversation {
  /// One call.
  struct Entry {
    /// What is to be done.
    enum Work {
      /// What a line asks for, and what holds for it.
      case call(Call, Traits)
      /// Nothing more: the answer is here.
      case answered(ByteBuffer)
    }

    let id: MessageID?
    let work: Work
    /// Whether the engine has said that the caller may, of a call that comes to its answer in more than one trip.
    var isAuthorized = false
    /// The command that the engine decides, for when it must be submitted again.
    var command: Command?
    /// The bytes of the line that it came with.
    var lineBytes = 0
    /// The bytes that are kept free for its answer while it is on its way.
    var reserved = 0

    var call: Call? { if case .call(let call, _) = work { call } else { nil } }

    /// Whether it must run with nothing before or behind it.
    var isAlone: Bool { if case .call(_, let traits) = work { traits.isAlone } else { false } }

    /// The bytes of the value that it brings.
    var valueBytes: Int { call?.value?.count ?? 0 }

    /// What the engine is asked first, as whom; nil where nothing is left to ask.
    func command(by caller: Caller) -> Command? {
      guard case .call(let call, let traits) = work else { return nil }
      return switch traits.way {
      case .decided: Command(caller: caller, action: .call(call))
      case .named, .recorded, .copied: Command(caller: caller, action: .authorize(call.method))
      case .followed: Command(caller: caller, action: .status)
      }
    }
  }

  private(set) var entries: CircularBuffer<Entry> = []
  /// The bytes of the lines of calls that are not answered yet.
  private(set) var lineBytes = 0
  /// The bytes of the values of calls that are not answered yet, wherever they stand.
  private(set) var valueBytes = 0
  /// The bytes that are kept free for answers on their way.
  private(set) var reservedBytes = 0
  /// How many entries from the front have started.
  private var started = 0
  private var isBlocked = false
  /// While nobody knows the caller's account, every call may have to be submitted twice, so each is alone.
  var isSerial = true

  /// The calls that are not answered yet.
  var count: Int { entries.count }
  /// The bytes of the lines of its calls, and those that are kept free for their answers.
  var held: (lines: Int, replies: Int) { (lineBytes, reservedBytes) }
  /// The entry that the next answer belongs to.
  var first: Entry? { entries.first }

  mutating func append(_ entry: Entry) {
    entries.append(entry)
    lineBytes += entry.lineBytes
    valueBytes += entry.valueBytes
  }

  /// Bytes of answers that one connection may have on their way at once.
  static let mostReplyBytes = 1 << 20
  /// Calls that may be on their way however large their answers are.
  static let leastInFlight = 8

  /// Whether a call that is not answered yet brought a value.
  var holdsValue: Bool { valueBytes > 0 }

  /// Whether a call may be left that can start.
  var hasUnstarted: Bool { !isBlocked && started < entries.count }

  /// The next call to start, if one may start now.
  /// - Parameter replyBytes: how large an answer is expected.
  mutating func next(replyBytes: Int) -> Entry? {
    guard hasUnstarted, started < max(Self.leastInFlight, Self.mostReplyBytes / max(1, replyBytes))
    else { return nil }
    let entry = entries[entries.index(entries.startIndex, offsetBy: started)]
    if case .answered = entry.work {
      guard started == 0 else {
        started += 1
        return next(replyBytes: replyBytes)
      }
      return entry
    }
    let alone = isSerial || entry.isAlone
    if alone && started > 0 { return nil }
    started += 1
    isBlocked = alone
    return entry
  }

  /// Keeps room free for the answer to the call that was started last.
  mutating func reserve(_ bytes: Int) {
    guard started > 0 else { return }
    let last = entries.index(entries.startIndex, offsetBy: started - 1)
    entries[last].reserved = bytes
    reservedBytes += bytes
  }

  /// Keeps no room any more for the answer to the first call, which waits for people.
  mutating func releaseFirst() {
    guard let reserved = entries.first?.reserved, reserved > 0 else { return }
    entries[entries.startIndex].reserved = 0
    reservedBytes -= reserved
  }

  /// Whether the first call has not started.
  var isFirstUnstarted: Bool { started == 0 && !entries.isEmpty }

  /// A start that could not be made after all: the queue is full.
  mutating func undoStart() {
    let last = entries.index(entries.startIndex, offsetBy: started - 1)
    reservedBytes -= entries[last].reserved
    entries[last].reserved = 0
    entries[last].isAuthorized = false
    started -= 1
    isBlocked = false
  }

  /// Remembers what the engine was asked for the first entry, or what it said.
  mutating func updateFirst(_ change: (inout Entry) -> Void) {
    guard !entries.isEmpty else { return }
    change(&entries[entries.startIndex])
  }

  /// The first call is answered and leaves.
  mutating func finishFirst() {
    guard let first = entries.popFirst() else { return }
    lineBytes -= first.lineBytes
    valueBytes -= first.valueBytes
    reservedBytes -= first.reserved
    started = max(0, started - 1)
    isBlocked = false
  }

  /// The answer that stands at the front, ready to leave.
  var readyAnswer: ByteBuffer? {
    if case .answered(let answer) = entries.first?.work { answer } else { nil }
  }

  /// Takes back everything that has not started, for a stop. Answers their ids.
  mutating func dropUnstarted() -> [MessageID?] {
    let dropped = entries.dropFirst(started)
    lineBytes -= dropped.reduce(0) { $0 + $1.lineBytes }
    valueBytes -= dropped.reduce(0) { $0 + $1.valueBytes }
    let ids = dropped.map(\.id)
    entries.removeLast(entries.count - started)
    return ids
  }
}
