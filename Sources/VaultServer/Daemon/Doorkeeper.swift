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
    case main(OverflowIDs)
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

  /// What other threads have for the one that accepts.
  private struct News {
    var isOver = false
    var orders: [Order] = []
    var found: [Lobby.Found] = []
  }

  /// Who was let in and waits to be taken in.
  private typealias Waiting = [Lane: CircularBuffer<Guest>]

  private let admission: Admission
  private let welcome: @Sendable (Guest) -> Void
  private let residents: Residents
  private let looks: LookThreads
  private let hasPeerDescriptors: Bool
  private let waking: WakingPipe
  private let news = Locked(News())
  private let ended = Latch()

  /// Starts to accept. The descriptors belong to this from here on.
  ///
  /// - Parameters:
  ///   - residents: knows the accounts of the host.
  ///   - hasPeerDescriptors: whether the kernel hands out what stands for the process of a peer.
  ///   - welcome: takes each guest in; on the thread of this.
  init(
    _ doors: [(descriptor: Int32, door: Door)], admission: Admission, residents: Residents,
    looks: LookThreads, hasPeerDescriptors: Bool = PeerProcess.hasDescriptors,
    welcome: @escaping @Sendable (Guest) -> Void
  ) throws {
    waking = try WakingPipe("for the thread that accepts")
    self.admission = admission
    self.residents = residents
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
    _ doors: inout [(descriptor: Int32, door: Door)], _ lobby: inout Lobby,
    _ waiting: inout Waiting
  ) -> Bool {
    let heard = hear()
    for found in heard.found { place(lobby.take(found), &waiting) }
    for order in heard.orders {
      switch order {
      case .open(let descriptor, let door): doors.append((descriptor, door))
      case .shut(let descriptor, let door, let done):
        doors.removeAll { $0.descriptor == descriptor }
        close(descriptor)
        if let door { sendAway(door.name, &lobby, &waiting) }
        done()
      }
    }
    return !heard.isOver
  }

  private func sendAway(
    _ name: SocketName?, _ lobby: inout Lobby, _ waiting: inout Waiting
  ) {
    for guest in lobby.remove(where: { $0.door.name == name }) { leave(guest) }
    for (lane, guests) in waiting {
      for guest in guests where guest.door.name == name { leave(guest) }
      let rest = guests.filter { $0.door.name != name }
      waiting[lane] = rest.isEmpty ? nil : CircularBuffer(rest)
    }
  }

  private func serve(_ first: [(descriptor: Int32, door: Door)]) {
    var waiting: Waiting = [:]
    var lobby = Lobby(admission: admission, residents: residents, looks: looks) { [self] found in
      tell { $0.found.append(found) }
    }
    var doors = first
    defer {
      for (descriptor, _) in doors { close(descriptor) }
      for guest in Array(waiting.values.joined()) + lobby.remove(where: { _ in true }) {
        leave(guest)
      }
    }
    while true {
      for placed in lobby.takeOverdue() { place(placed, &waiting) }
      let patience = takeIn(&waiting)
      let sooner = lobby.isEmpty ? patience : patience < 0 ? Self.pause : min(patience, Self.pause)
      var polled = doors.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
      polled.append(pollfd(fd: waking.descriptor, events: Int16(POLLIN), revents: 0))
      guard unsafe poll(&polled, nfds_t(polled.count), sooner) >= 0 else {
        // No memory for a moment; a door that nobody watches any more would be worse.
        if errno != EINTR { _ = poll(nil, 0, Self.pause) }
        continue
      }
      if polled[doors.count].revents != 0 {
        guard follow(&doors, &lobby, &waiting) else { return }
        continue
      }
      for (index, (descriptor, door)) in doors.enumerated() where polled[index].revents != 0 {
        accept(descriptor, door, &lobby, &waiting)
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
    _ listening: Int32, _ door: Door, _ lobby: inout Lobby, _ waiting: inout Waiting
  ) {
    for _ in 0..<Self.turn {
      var descriptor: Int32 = -1
      switch unsafe envgate_accept_unix(listening, &descriptor) {
      case 0: receive(descriptor, door, &lobby, &waiting)
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
    _ descriptor: Int32, _ door: Door, _ lobby: inout Lobby, _ waiting: inout Waiting
  ) {
    let credentials: PeerCredentials
    do throws(SystemFault) {
      credentials = try PeerCredentials(descriptor: descriptor)
    } catch {
      close(descriptor)
      return
    }
    let subject: Subject =
      switch door {
      case .job(let rule): .socket(rule.name)
      case .main: .account(credentials.uid)
      }
    guard admission.admit(.subject(subject), subject) else {
      turnAway(descriptor)
      return
    }
    let guest = Guest(
      descriptor: descriptor, door: door, credentials: credentials,
      process: PeerProcess(credentials, hasDescriptors: hasPeerDescriptors),
      lane: .subject(subject))
    switch door {
    case .job: waiting[guest.lane, default: []].append(guest)
    case .main: place(lobby.enter(guest), &waiting)
    }
  }

  /// Puts somebody into the lane that is theirs.
  private func place(_ placed: Lobby.Placed?, _ waiting: inout Waiting) {
    guard let (old, lane) = placed else { return }
    var guest = old
    if lane != guest.lane {
      admission.leave(guest.lane)
      guest.lane = lane
      guard admission.admit(lane, .account(guest.credentials.uid)) else {
        turnAway(guest.descriptor)
        return
      }
    }
    waiting[lane, default: []].append(guest)
  }

  /// Somebody who was let in goes, and was not taken in.
  private func leave(_ guest: Guest) {
    close(guest.descriptor)
    admission.leave(guest.lane)
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
