import CLinux
import Glibc

/// A closed-loop load of one line after another over many connections, on one thread.
///
/// The same code drives envgate and the peer it is compared with: both take a line and answer with one,
/// so a difference between them is not the client's. A reply is whatever ends with a newline.
struct LineLoad {
  /// What one run measured.
  struct Result {
    /// Answers a second.
    let rate: Double
    /// Half of the answers came within so many microseconds.
    let median: Double
    /// Ninety-nine of a hundred came within so many microseconds.
    let p99: Double
    /// Answers that were not what a good answer starts with.
    let bad: Int
  }

  /// Why a load could not be run.
  struct Fault: Error, CustomStringConvertible {
    let description: String
  }

  let socketPath: String
  let connections: Int
  /// How many lines each connection has on its way at once.
  let depth: Int
  let seconds: Double
  /// How many lines are sent in all; nil for as many as the time allows.
  var count: Int?
  let line: [UInt8]
  /// What a good answer contains; checked on the first answer of each connection.
  let good: [UInt8]

  private struct Lane {
    let fd: Int32
    var sent: [UInt64] = []
    var oldest = 0
    var tail: [UInt8] = []
  }

  func run() throws(Fault) -> Result {
    var lanes: [Lane] = []
    defer { for lane in lanes { close(lane.fd) } }
    for _ in 0..<connections {
      var fd: Int32 = -1
      guard unsafe envgate_connect_unix(socketPath, &fd) == 0 else {
        throw Fault(description: "cannot connect to \(socketPath)")
      }
      lanes.append(Lane(fd: fd))
    }
    var polled = lanes.map { pollfd(fd: $0.fd, events: Int16(POLLIN), revents: 0) }
    var latencies: [UInt32] = []
    latencies.reserveCapacity(1 << 20)
    var bad = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    let start = Self.nanoseconds()
    let end = start + UInt64(seconds * 1e9)
    var left = count ?? .max
    for index in lanes.indices {
      try send(min(depth, left), through: &lanes[index])
      left -= min(depth, left)
    }
    let wanted = count ?? .max
    var now = start
    while now < end && latencies.count < wanted {
      let patience = count == nil ? 1 : seconds
      let ready = unsafe poll(&polled, nfds_t(connections), Int32(patience * 1_000))
      now = Self.nanoseconds()
      if ready == 0 { throw Fault(description: "no answer within \(patience) s") }
      for index in lanes.indices where polled[index].revents != 0 {
        let count = unsafe read(lanes[index].fd, &buffer, buffer.count)
        guard count > 0 else { throw Fault(description: "the connection was closed") }
        var answers = 0
        var from = 0
        while from < count,
          let hit = unsafe buffer.withUnsafeBytes({ bytes -> Int? in
            // Safety: within the bytes that read(2) filled.
            guard let base = bytes.baseAddress,
              let found = unsafe memchr(base + from, 0x0A, count - from)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - base
          })
        {
          answers += 1
          from = hit + 1
        }
        if lanes[index].oldest == 0 && answers > 0 && !contains(buffer[0..<count], good) {
          bad += 1
        }
        for _ in 0..<answers {
          let sent = lanes[index].sent[lanes[index].oldest]
          lanes[index].oldest += 1
          latencies.append(UInt32(clamping: (now - sent) / 100))
        }
        if lanes[index].oldest > 4_096 {
          lanes[index].sent.removeFirst(lanes[index].oldest - 1)
          lanes[index].oldest = 1
        }
        try send(min(answers, left), through: &lanes[index])
        left -= min(answers, left)
      }
    }
    let elapsed = Double(now - start) / 1e9
    latencies.sort()
    guard !latencies.isEmpty else { throw Fault(description: "no answer at all") }
    if let count, latencies.count < count {
      throw Fault(description: "\(latencies.count) of \(count) answers in \(seconds) s")
    }
    return Result(
      rate: Double(latencies.count) / elapsed,
      median: Double(latencies[latencies.count / 2]) / 10,
      p99: Double(latencies[latencies.count * 99 / 100]) / 10, bad: bad)
  }

  private func send(_ count: Int, through lane: inout Lane) throws(Fault) {
    for _ in 0..<count {
      lane.sent.append(Self.nanoseconds())
      guard unsafe write(lane.fd, line, line.count) == line.count else {
        throw Fault(description: "a line could not be written whole")
      }
    }
  }

  private func contains(_ bytes: ArraySlice<UInt8>, _ part: [UInt8]) -> Bool {
    guard bytes.count >= part.count else { return false }
    return bytes.indices.dropLast(part.count - 1).contains {
      bytes[$0..<$0 + part.count].elementsEqual(part)
    }
  }

  private static func nanoseconds() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
