import Glibc

/// The connections of one attack, on one thread: opens them, moves their bytes, counts what comes back.
struct Swarm {
  private let socketPath: String
  private var attack: any Attack
  private var lanes: [Lane] = []
  private var polled: [pollfd] = []
  private var connects = 0
  private var buffer = [UInt8](repeating: 0, count: 1 << 18)
  private(set) var tally = Tally()

  /// No turn opens more, so that those that are open are looked after meanwhile.
  private static let opensATurn = 64

  init(_ attack: any Attack, socketPath: String) {
    self.attack = attack
    self.socketPath = socketPath
  }

  /// Attacks until then, or until it has made all the connections that it may and lost them.
  mutating func run(until end: UInt64) {
    var nextSecond = nanoseconds() + 1_000_000_000
    while true {
      let patience = open()
      unsafe poll(&polled, nfds_t(polled.count), patience)
      let now = nanoseconds()
      if now >= end { break }
      for index in lanes.indices where polled[index].revents != 0 {
        look(index, Int32(polled[index].revents))
      }
      if now >= nextSecond {
        nextSecond += 1_000_000_000
        for index in lanes.indices where lanes[index].isOpen {
          attack.secondPassed(&lanes[index])
          settle(index)
        }
      }
      if connects >= attack.mostConnects && !lanes.contains(where: \.isOpen) { break }
    }
    tally.add("connected", connects)
  }

  /// Opens some of the connections that are missing; how many milliseconds the next turn has time.
  private mutating func open() -> Int32 {
    var opened = 0
    for number in 0..<attack.connections {
      if number < lanes.count && lanes[number].isOpen { continue }
      if connects >= attack.mostConnects || opened == Self.opensATurn { break }
      switch UnixStream.connect(to: socketPath) {
      case .connected(let fd):
        connects += 1
        opened += 1
        let lane = Lane(number: number, fd: fd)
        if number < lanes.count {
          lanes[number] = lane
          polled[number] = lane.interest
        } else {
          lanes.append(lane)
          polled.append(lane.interest)
        }
        attack.opened(&lanes[number])
        settle(number)
      case .queueFull:
        tally.add("connect: queue full")
        return 1
      case .failed(let code):
        tally.add("connect: errno \(code)")
        return 1
      }
    }
    return opened > 0 ? 0 : 20
  }

  private mutating func look(_ index: Int, _ events: Int32) {
    if lanes[index].isDeaf {
      if events & (POLLHUP | POLLERR) != 0 { return lose(index) }
    } else if events & (POLLIN | POLLHUP | POLLERR) != 0 {
      var answers: [Answer] = []
      let isAlive = lanes[index].read(&buffer, &answers)
      for answer in answers {
        tally.add(answer.outcome.text)
        lanes[index].count(answer)
        attack.answered(answer, on: &lanes[index])
      }
      if !isAlive { return lose(index) }
    }
    settle(index)
  }

  /// Sends what the attack has said, and sets what to look for.
  private mutating func settle(_ index: Int) {
    lanes[index].flush()
    if lanes[index].isDropped {
      tally.add("dropped")
      lanes[index].close()
    }
    polled[index] = lanes[index].interest
  }

  private mutating func lose(_ index: Int) {
    tally.add("closed by the daemon")
    lanes[index].close()
    polled[index] = lanes[index].interest
  }
}
