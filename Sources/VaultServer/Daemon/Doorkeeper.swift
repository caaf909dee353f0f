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
    case job(SocketName)

    /// The name of a job socket; nil for the main one.
    var name: SocketName? {
      switch self {
      case .main: nil
      case .job(let name): name
      }
    }
  }

  /// What becomes of a door while others are served.
  private enum Order {
    case open(Int32, Door)
    case shut(Int32, Door?, @Sendable () -> Void)
  }

  private struct News {
    var isOver = false
    var orders: [Order] = []
  }

  /// Somebody who was let in.
  struct Guest: Sendable {
    /// Close-on-exec and non-blocking. Whoever takes the guest in closes it.
    let descriptor: Int32
    let door: Door
    let credentials: PeerCredentials
    let process: PeerProcess
    let lane: Lane
  }

  /// Connections that one socket is asked for at a turn.
  private static let turn = 64
  /// How long is waited where there are no descriptors for another connection, in milliseconds.
  private static let pause: Int32 = 100

  /// Who was let in and waits to be taken in.
  private typealias Waiting = [Lane: CircularBuffer<Guest>]

  private let admission: Admission
  private let welcome: @Sendable (Guest) -> Void
  private let waking: (read: Int32, write: Int32)
  private let news = Locked(News())
  private let ended = Latch()

  /// Starts to accept. The descriptors belong to this from here on.
  ///
  /// - Parameter welcome: takes each guest in; on the thread of this.
  init(
    _ doors: [(descriptor: Int32, door: Door)], admission: Admission,
    welcome: @escaping @Sendable (Guest) -> Void
  ) throws {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else {
      throw SystemFault("make a pipe", "for the thread that accepts")
    }
    waking = (ends[0], ends[1])
    self.admission = admission
    self.welcome = welcome
    try PlainThread.start { [self] in
      serve(doors)
      ended.open()
    }
  }

  deinit {
    close(waking.read)
    close(waking.write)
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

  private func tell(_ change: (inout News) -> Void) {
    news.withLock { change(&$0) }
    var byte: UInt8 = 0
    _ = unsafe write(waking.write, &byte, 1)
  }

  /// Does what became of doors meanwhile; false where it is over.
  private func follow(
    _ doors: inout [(descriptor: Int32, door: Door)], _ waiting: inout Waiting
  ) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 64)
    _ = unsafe read(waking.read, &bytes, bytes.count)
    let heard = news.withLock { news in
      defer { news.orders = [] }
      return news
    }
    for order in heard.orders {
      switch order {
      case .open(let descriptor, let door): doors.append((descriptor, door))
      case .shut(let descriptor, let door, let done):
        doors.removeAll { $0.descriptor == descriptor }
        close(descriptor)
        if let door { sendAway(door.name, &waiting) }
        done()
      }
    }
    return !heard.isOver
  }

  private func sendAway(_ name: SocketName?, _ waiting: inout Waiting) {
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
    var doors = first
    defer {
      for (descriptor, _) in doors { close(descriptor) }
      for guest in waiting.values.joined() {
        close(guest.descriptor)
        admission.leave(guest.lane)
      }
    }
    while true {
      let patience = takeIn(&waiting)
      var polled = doors.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
      polled.append(pollfd(fd: waking.read, events: Int16(POLLIN), revents: 0))
      guard unsafe poll(&polled, nfds_t(polled.count), patience) >= 0 else {
        // No memory for a moment; a door that nobody watches any more would be worse.
        if errno != EINTR { _ = poll(nil, 0, Self.pause) }
        continue
      }
      if polled[doors.count].revents != 0 {
        guard follow(&doors, &waiting) else { return }
        continue
      }
      for (index, (descriptor, door)) in doors.enumerated() where polled[index].revents != 0 {
        accept(descriptor, door, &waiting)
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

  private func accept(_ listening: Int32, _ door: Door, _ waiting: inout Waiting) {
    for _ in 0..<Self.turn {
      var descriptor: Int32 = -1
      switch unsafe envgate_accept_unix(listening, &descriptor) {
      case 0: receive(descriptor, door, &waiting)
      case EINTR, ECONNABORTED: continue
      // Whoever waits is accepted when others have gone.
      case EMFILE, ENFILE, ENOBUFS, ENOMEM:
        _ = poll(nil, 0, Self.pause)
        return
      default: return
      }
    }
  }

  private func receive(_ descriptor: Int32, _ door: Door, _ waiting: inout Waiting) {
    let credentials: PeerCredentials
    do throws(SystemFault) {
      credentials = try PeerCredentials(descriptor: descriptor)
    } catch {
      close(descriptor)
      return
    }
    let process = credentials.process
    let (subject, lane) = place(credentials, process, door, descriptor)
    guard admission.admit(lane, subject) else {
      refuse(.connectionLimit, descriptor)
      close(descriptor)
      return
    }
    waiting[lane, default: []].append(
      Guest(
        descriptor: descriptor, door: door, credentials: credentials, process: process, lane: lane))
  }

  private func place(
    _ credentials: PeerCredentials, _ process: PeerProcess, _ door: Door, _ descriptor: Int32
  ) -> (Subject, Lane) {
    switch door {
    case .job(let name): return (.socket(name), .subject(.socket(name)))
    case .main(_, let subordinates):
      let subject = Subject.account(credentials.uid)
      // Whoever can be many has one part of what there is: a user by subordinate uids, and root of a
      // container by any uid at all.
      let isMany =
        (try? subordinates.contains(credentials.uid)) ?? true
        || (admission.isCrowded && process.confinement(descriptor) != nil)
      return (subject, isMany ? .subordinates : .subject(subject))
    }
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
