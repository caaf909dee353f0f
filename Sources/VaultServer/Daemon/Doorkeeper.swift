import CLinux
import Glibc
import NIOCore
import StrictJSON
import VaultCore
import VaultProtocol

/// Accepts connections on the listening sockets, on a thread of its own: who comes and goes as fast as they
/// can takes nothing from those who are served.
///
/// Invariants:
/// - the peer of a connection is known, and its lane has room for it, before the event loop hears of it;
///   whoever is turned away is told why;
/// - a lane's connections are taken in one after the other, as fast as one lane's may, so that a thousand at
///   once do not hold the event loop; they wait here, in the order in which they came.
final class Doorkeeper: Sendable {
  /// Which socket somebody comes through, and so who they are.
  enum Door: Sendable {
    /// The main socket: an account of the host, as the kernel shows it.
    case main(OverflowIDs, SubordinateIDs)
    /// A job socket: that socket, whatever the kernel shows.
    case job(JobEntrance)

    /// The name of a job socket; nil for the main one.
    var name: SocketName? {
      switch self {
      case .main: nil
      case .job(let rule): rule.name
      }
    }
  }

  /// What becomes of a door while others are served.
  private enum Order {
    case open(Int32, Door)
    case shut(Int32, Door?, @Sendable () -> Void)
  }

  /// Somebody who was let in.
  struct Guest: Sendable {
    /// Close-on-exec and non-blocking. Whoever takes the guest in closes it.
    let descriptor: Int32
    let door: Door
    let credentials: PeerCredentials
    let process: PeerProcess
    var lane: Lane
  }

  /// Connections that one socket is asked for at a turn.
  private static let turn = 64
  /// How long is waited where there are no descriptors for another connection, in milliseconds.
  private static let pause: Int32 = 100

  /// How many wait at once to be looked at, and how long each, in milliseconds; beyond that they are taken for
  /// processes of containers.
  static let mostHeld = 128
  private static let patience: Int64 = 500

  /// What other threads have for the one that accepts.
  private struct News {
    var isOver = false
    /// The number of the last who was held.
    var last: UInt64 = 0
    var orders: [Order] = []
    /// Whom it was found of, by their descriptors, whether they live on the host.
    var found: [(descriptor: Int32, number: UInt64, isOfHost: Bool)] = []
  }

  /// Somebody of whom it is to be found out whether they live on the host; in their account's lane until then.
  private struct Held {
    let guest: Guest
    let number: UInt64
    let until: Int64
  }

  /// Who was let in and waits to be taken in.
  private typealias Waiting = [Lane: CircularBuffer<Guest>]

  private let admission: Admission
  private let welcome: @Sendable (Guest) -> Void
  private let looks: LookThreads
  private let hasPeerDescriptors: Bool
  private let waking: WakingPipe
  private let news = Locked(News())
  private let ended = Latch()

  /// Starts to accept. The descriptors belong to this from here on.
  ///
  /// - Parameters:
  ///   - hasPeerDescriptors: whether the kernel hands out what stands for the process of a peer.
  ///   - welcome: takes each guest in; on the thread of this.
  init(
    _ doors: [(descriptor: Int32, door: Door)], admission: Admission, looks: LookThreads,
    hasPeerDescriptors: Bool = PeerProcess.hasDescriptors,
    welcome: @escaping @Sendable (Guest) -> Void
  ) throws {
    waking = try WakingPipe("for the thread that accepts")
    self.admission = admission
    self.looks = looks
    self.hasPeerDescriptors = hasPeerDescriptors
    self.welcome = welcome
    try PlainThread.start { [self] in
      serve(doors)
      ended.open()
    }
  }

  /// No new connections from here on.
  func stop() {
    tell { $0.isOver = true }
    ended.wait()
  }

  /// Accepts at one more descriptor, which belongs to this from here on.
  func open(_ descriptor: Int32, _ door: Door) {
    tell { $0.orders.append(.open(descriptor, door)) }
  }

  /// Accepts no more at a descriptor and closes it.
  ///
  /// - Parameters:
  ///   - door: whose guests, those that are not taken in yet, are sent away.
  ///   - done: follows on the thread that accepts; not after the end.
  func shut(_ descriptor: Int32, door: Door?, done: @escaping @Sendable () -> Void) {
    tell { $0.orders.append(.shut(descriptor, door, done)) }
  }

  /// Has news for the thread that accepts. A pipe that is full wakes it as well.
  private func tell(_ change: (inout News) -> Void) {
    news.withLock { change(&$0) }
    waking.wake()
  }

  private func hear() -> News {
    waking.drain()
    return news.withLock { news in
      defer {
        news.found = []
        news.orders = []
      }
      return news
    }
  }

  /// Does what became of doors meanwhile; false where it is over.
  private func follow(
    _ doors: inout [(descriptor: Int32, door: Door)], _ held: inout [Int32: Held],
    _ waiting: inout Waiting
  ) -> Bool {
    let heard = hear()
    for (descriptor, number, isOfHost) in heard.found where held[descriptor]?.number == number {
      guard let guest = held.removeValue(forKey: descriptor)?.guest else { continue }
      settle(guest, isOfHost: isOfHost, &waiting)
    }
    for order in heard.orders {
      switch order {
      case .open(let descriptor, let door): doors.append((descriptor, door))
      case .shut(let descriptor, let door, let done):
        doors.removeAll { $0.descriptor == descriptor }
        close(descriptor)
        if let door { sendAway(door.name, &held, &waiting) }
        done()
      }
    }
    return !heard.isOver
  }

  private func sendAway(
    _ name: SocketName?, _ held: inout [Int32: Held], _ waiting: inout Waiting
  ) {
    for (descriptor, entry) in held where entry.guest.door.name == name {
      held[descriptor] = nil
      looks.takeBack(.max - entry.number, entry.guest.lane)
      close(descriptor)
      admission.leave(entry.guest.lane)
    }
    for (lane, guests) in waiting {
      for guest in guests where guest.door.name == name {
        close(guest.descriptor)
        admission.leave(lane)
      }
      let rest = guests.filter { $0.door.name != name }
      waiting[lane] = rest.isEmpty ? nil : CircularBuffer(rest)
    }
  }

  private func serve(_ first: [(descriptor: Int32, door: Door)]) {
    var waiting: Waiting = [:]
    var held: [Int32: Held] = [:]
    var doors = first
    defer {
      for (descriptor, _) in doors { close(descriptor) }
      for guest in Array(waiting.values.joined()) + held.values.map(\.guest) {
        close(guest.descriptor)
        admission.leave(guest.lane)
      }
    }
    while true {
      stopHolding(&held, &waiting)
      let patience = takeIn(&waiting)
      let sooner = held.isEmpty ? patience : patience < 0 ? Self.pause : min(patience, Self.pause)
      var polled = doors.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
      polled.append(pollfd(fd: waking.descriptor, events: Int16(POLLIN), revents: 0))
      guard unsafe poll(&polled, nfds_t(polled.count), sooner) >= 0 else {
        // No memory for a moment; a door that nobody watches any more would be worse.
        if errno != EINTR { _ = poll(nil, 0, Self.pause) }
        continue
      }
      if polled[doors.count].revents != 0 {
        guard follow(&doors, &held, &waiting) else { return }
        continue
      }
      for (index, (descriptor, door)) in doors.enumerated() where polled[index].revents != 0 {
        accept(descriptor, door, &held, &waiting)
      }
    }
  }

  /// Takes in who may be by now; answers how many milliseconds to wait until the next may, -1 for nobody.
  private func takeIn(_ waiting: inout Waiting) -> Int32 {
    var patience: Int32 = -1
    for lane in waiting.keys {
      while let guest = waiting[lane]?.first {
        let pause = admission.pause(lane, now: .now())
        guard pause == .zero else {
          let milliseconds = Int32(clamping: pause.milliseconds)
          patience = patience < 0 ? milliseconds : min(patience, milliseconds)
          break
        }
        welcome(guest)
        waiting[lane]?.removeFirst()
      }
      if waiting[lane]?.isEmpty == true { waiting[lane] = nil }
    }
    return patience
  }

  private func accept(
    _ listening: Int32, _ door: Door, _ held: inout [Int32: Held], _ waiting: inout Waiting
  ) {
    for _ in 0..<Self.turn {
      var descriptor: Int32 = -1
      switch unsafe envgate_accept_unix(listening, &descriptor) {
      case 0: receive(descriptor, door, &held, &waiting)
      case EINTR, ECONNABORTED: continue
      // Whoever waits is accepted when others have gone.
      case EMFILE, ENFILE, ENOBUFS, ENOMEM:
        _ = poll(nil, 0, Self.pause)
        return
      default: return
      }
    }
  }

  private func receive(
    _ descriptor: Int32, _ door: Door, _ held: inout [Int32: Held], _ waiting: inout Waiting
  ) {
    let credentials: PeerCredentials
    do throws(SystemFault) {
      credentials = try PeerCredentials(descriptor: descriptor)
    } catch {
      close(descriptor)
      return
    }
    let subject: Subject
    var lane: Lane
    var isToBeFound = false
    switch door {
    case .job(let rule):
      subject = .socket(rule.name)
      lane = .subject(subject)
    case .main(_, let subordinates):
      subject = .account(credentials.uid)
      // Whoever can be many has one part of what there is: a user by subordinate uids, and root of a
      // container by any uid at all.
      let isMany = (try? subordinates.contains(credentials.uid)) ?? true
      isToBeFound = !isMany && admission.isCrowded
      lane =
        isMany || (isToBeFound && held.count >= Self.mostHeld) ? .subordinates : .subject(subject)
    }
    guard admission.admit(lane, subject) else {
      turnAway(descriptor)
      return
    }
    let guest = Guest(
      descriptor: descriptor, door: door, credentials: credentials,
      process: PeerProcess(credentials, hasDescriptors: hasPeerDescriptors), lane: lane)
    if isToBeFound && lane != .subordinates {
      hold(guest, &held)
    } else {
      waiting[lane, default: []].append(guest)
    }
  }

  // MARK: Who lives on the host

  /// Has it found out, on another thread, whether somebody lives on the host.
  private func hold(_ guest: Guest, _ held: inout [Int32: Held]) {
    let descriptor = guest.descriptor
    let now = AccountDatabase.sinceBoot()
    let number = news.withLock { news in
      news.last += 1
      return news.last
    }
    let process = guest.process.hold(descriptor)
    held[descriptor] = Held(guest: guest, number: number, until: now + Self.patience)
    // A number of our own, which no connection has.
    looks.begin(.max - number, guest.lane) { [self, number] in
      let isOfHost = process.map { $0.confinement() == nil } ?? false
      tell { $0.found.append((descriptor, number, isOfHost)) }
    }
  }

  /// Takes those for processes of containers of whom nothing was found in time.
  private func stopHolding(_ held: inout [Int32: Held], _ waiting: inout Waiting) {
    if held.isEmpty { return }
    let now = AccountDatabase.sinceBoot()
    for (descriptor, entry) in held where entry.until <= now {
      held[descriptor] = nil
      looks.takeBack(.max - entry.number, entry.guest.lane)
      settle(entry.guest, isOfHost: false, &waiting)
    }
  }

  /// Puts somebody who was held into the lane that is theirs.
  private func settle(_ guest: Guest, isOfHost: Bool, _ waiting: inout Waiting) {
    var guest = guest
    if !isOfHost {
      admission.leave(guest.lane)
      guest.lane = .subordinates
      guard admission.admit(guest.lane, .account(guest.credentials.uid)) else {
        turnAway(guest.descriptor)
        return
      }
    }
    waiting[guest.lane, default: []].append(guest)
  }

  private func turnAway(_ descriptor: Int32) {
    refuse(.connectionLimit, descriptor)
    close(descriptor)
  }

  /// A new connection has room for a line; where it has not, its peer is not owed one.
  private func refuse(_ error: WireError, _ descriptor: Int32) {
    var encoder = ReplyEncoder(limits: ProtocolLimits())
    encoder.encode(nil, error: error)
    unsafe encoder.withUnsafeBytes { line in
      // Safety: the encoder's bytes are lent for this call.
      _ = unsafe send(
        descriptor, line.baseAddress, line.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }
  }
}
