import Glibc

/// One connection of the attacker.
struct Lane {
  /// Which of the swarm it is, from 0.
  let number: Int
  fileprivate(set) var fd: Int32
  /// Messages sent so far.
  private(set) var asked = 0
  /// Messages that are not answered.
  private(set) var inFlight = 0
  /// Never reads, so the daemon is left with its answers.
  var isDeaf = false
  /// Is dropped as soon as it is looked at.
  var isDropped = false

  private var unsent: ArraySlice<UInt8> = []
  private var shutsWriting = false
  private var cutter = AnswerCutter()

  init(number: Int, fd: Int32) {
    self.number = number
    self.fd = fd
  }

  var isOpen: Bool { fd >= 0 }

  /// Sends when the socket takes it.
  mutating func send(_ bytes: [UInt8]) {
    asked += 1
    inFlight += 1
    if unsent.isEmpty { unsent = bytes[...] } else { unsent += bytes }
  }

  /// One of the answers that were read is looked at.
  mutating func count(_ answer: Answer) { if answer.outcome != .event { inFlight -= 1 } }

  /// Ends its writing side once everything is sent.
  mutating func shutWriting() { shutsWriting = true }

  /// What poll(2) is to look for.
  var interest: pollfd {
    let reads = isDeaf ? 0 : POLLIN
    let writes = unsent.isEmpty ? 0 : POLLOUT
    return pollfd(fd: fd, events: Int16(reads | writes), revents: 0)
  }

  /// Sends what it can. A daemon that has closed may have said why, so its end is left to the reading.
  mutating func flush() {
    while !unsent.isEmpty {
      switch UnixStream.send(unsent, to: fd) {
      case .moved(let count): unsent = unsent.dropFirst(count)
      case .wouldBlock: return
      case .ended: unsent = []
      }
    }
    if shutsWriting {
      shutsWriting = false
      shutdown(fd, Int32(SHUT_WR))
    }
  }

  /// Reads one buffer's worth; false where the daemon has closed.
  mutating func read(_ buffer: inout [UInt8], _ answers: inout [Answer]) -> Bool {
    switch UnixStream.receive(into: &buffer, from: fd) {
    case .moved(let count):
      cutter.take(buffer[..<count]) { answers.append($0) }
      return true
    case .wouldBlock: return true
    case .ended: return false
    }
  }

  mutating func close() {
    if isOpen { Glibc.close(fd) }
    fd = -1
    unsent = []
  }
}
