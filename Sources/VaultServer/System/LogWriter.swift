import Glibc

/// A line of the log, as it stands on stderr and as the journal takes it.
struct LogLine {
  let text: [UInt8]
  /// Nil where there is no journal.
  let entry: [UInt8]?

  var count: Int { text.count + (entry?.count ?? 0) }
}

/// Writes the log's lines on a thread of its own: whoever has something to tell never waits for whoever reads.
///
/// Invariants:
/// - lines stay whole and in their order, and what waits is bounded;
/// - a line that finds no room is dropped and counted, and the count is told before the next line;
/// - one that cannot be written is counted too;
/// - what the journal does not take goes to the descriptor.
///
/// The descriptor's flags stay as they are: its file description is shared with other processes.
///
/// Sendable: all state is guarded by the mutex, whose memory this object owns from init to deinit.
@safe
final class LogWriter: @unchecked Sendable {
  private let descriptor: Int32
  private let limit: Int
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let filled: UnsafeMutablePointer<pthread_cond_t>
  private let ended = Latch()
  private let journal: JournalSocket?
  private var pending: [LogLine] = []
  private var pendingBytes = 0
  private var dropped = 0
  /// All that were lost, and when the last one was.
  private var lost = (count: 0, last: Int64(0))
  private let clock: @Sendable () -> Int64
  /// How long lost lines are told, in milliseconds.
  private static let told: Int64 = 3_600_000
  private var isClosed = false

  /// - Parameters:
  ///   - descriptor: where lines go; it stays the caller's.
  ///   - limit: bytes that may wait.
  ///   - journal: where lines go first.
  ///   - clock: milliseconds on a clock that is never set back.
  ///   - lost: the line that tells how many were dropped.
  init(
    _ descriptor: Int32, limit: Int = 256 * 1_024, journal: JournalSocket? = nil,
    clock: @escaping @Sendable () -> Int64 = BootTime.now,
    lost: @escaping @Sendable (Int, Bool) -> LogLine = { JSONLogHandler.lost($0, inJournal: $1) }
  ) throws(ThreadFault) {
    self.descriptor = descriptor
    self.limit = limit
    self.journal = journal
    self.clock = clock
    // Safety: allocated and initialized here, destroyed in deinit, used only through this object.
    unsafe mutex = .allocate(capacity: 1)
    unsafe filled = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(filled, nil)
    try PlainThread.start { [self] in
      while let (lines, missing) = next() {
        noteLost(write(lines))
        if missing > 0 { write([lost(missing, hasJournal)]) }
      }
      ended.open()
    }
  }

  deinit {
    unsafe pthread_cond_destroy(filled)
    unsafe pthread_mutex_destroy(mutex)
    unsafe filled.deallocate()
    unsafe mutex.deallocate()
  }

  /// Whether lines go to the journal, where it takes them.
  var hasJournal: Bool { journal != nil }

  /// Takes a whole line, and returns at once.
  func submit(_ line: LogLine) {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    if isClosed { return }
    // After one that is lost the next would stand in the wrong place.
    if dropped > 0 || pendingBytes + line.count > limit {
      dropped += 1
      lost = (lost.count + 1, clock())
    } else {
      pending.append(line)
      pendingBytes += line.count
    }
    unsafe pthread_cond_signal(filled)
  }

  /// How many lines were lost since the start, where the last one was within the last hour.
  var lostLately: Int? {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return lost.count > 0 && clock() - lost.last < Self.told ? lost.count : nil
  }

  private func noteLost(_ count: Int) {
    if count == 0 { return }
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    lost = (lost.count + count, clock())
  }

  /// Writes what waits, for so long at most, and takes no more. Whether all was written.
  @discardableResult
  func finish(milliseconds: Int) -> Bool {
    unsafe pthread_mutex_lock(mutex)
    isClosed = true
    unsafe pthread_cond_signal(filled)
    unsafe pthread_mutex_unlock(mutex)
    return ended.wait(milliseconds: milliseconds)
  }

  private func next() -> (lines: [LogLine], missing: Int)? {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while pending.isEmpty && dropped == 0 {
      if isClosed { return nil }
      unsafe pthread_cond_wait(filled, mutex)
    }
    defer {
      pending = []
      pendingBytes = 0
      dropped = 0
    }
    return (pending, dropped)
  }

  @discardableResult
  private func write(_ lines: [LogLine]) -> Int {
    guard let journal else { return write(lines.flatMap(\.text)) }
    return lines.reduce(0) { lost, line in
      if let entry = line.entry, journal.send(entry) { return lost }
      return lost + write(line.text)
    }
  }

  /// Waits for the reader as long as it takes. What cannot be written is lost, as it must be.
  ///
  /// - Returns: the lines that were lost.
  private func write(_ bytes: [UInt8]) -> Int {
    var written = 0
    while written < bytes.count {
      // Safety: within the array, which is lent for this call.
      let count = unsafe bytes.withUnsafeBytes { bytes in
        unsafe Glibc.write(
          descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
      }
      if count > 0 {
        written += count
      } else if count < 0 && errno == EAGAIN {
        // Somebody else has made the shared file description non-blocking.
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&entry, 1, 1_000)
      } else if !(count < 0 && errno == EINTR) {
        return bytes[written...].count { $0 == UInt8(ascii: "\n") }
      }
    }
    return 0
  }
}
