import VaultCore

/// Those who came through the main socket and whose lane is being found out; in their account's own until then.
///
/// Invariants:
/// - whoever the account database does not know shares a lane with all such, from the first call on; so does, while
///   many connections are open, whoever is found not to live on the host;
/// - a look without an answer in time decides nothing: such processes of an account have a lane of their own;
/// - at most ``most`` wait here, each as long as ``HostPace`` says at most.
///
/// Used on the thread that accepts.
struct Lobby {
  typealias Guest = Doorkeeper.Guest
  /// Somebody whose lane is known now.
  typealias Placed = (guest: Guest, lane: Lane)

  /// What another thread found out.
  enum Answer: Sendable {
    case isAccount(Bool)
    case lives(Confinement?)
  }

  /// An answer, and about whom: descriptors are used again, numbers are not.
  struct Found: Sendable {
    let descriptor: Int32
    let number: UInt64
    let answer: Answer
  }

  private struct Held {
    let guest: Guest
    let number: UInt64
    /// Whether its process is looked at, which can be taken back.
    let isLook: Bool
    let since: Int64
  }

  static let most = 128
  /// In milliseconds.
  private static let accountPatience: Int64 = 500

  private let admission: Admission
  private let residents: Residents
  private let looks: LookThreads
  private let tell: @Sendable (Found) -> Void
  private var held: [Int32: Held] = [:]
  private var last: UInt64 = 0

  /// - Parameter tell: takes what was found, on any thread; for ``take(_:)``.
  init(
    admission: Admission, residents: Residents, looks: LookThreads,
    tell: @escaping @Sendable (Found) -> Void
  ) {
    self.admission = admission
    self.residents = residents
    self.looks = looks
    self.tell = tell
  }

  var isEmpty: Bool { held.isEmpty }

  /// Where somebody belongs; nil where that is to be found out first.
  mutating func enter(_ guest: Guest) -> Placed? {
    switch residents.standing(of: guest.credentials.uid) {
    case .stranger: (guest, .strangers)
    case .account: enterKnown(guest)
    case .unknown: ask(about: guest)
    }
  }

  /// Takes an answer; nil where it is about nobody any more, or there is another question.
  mutating func take(_ found: Found) -> Placed? {
    guard held[found.descriptor]?.number == found.number,
      let guest = held.removeValue(forKey: found.descriptor)?.guest
    else { return nil }
    return switch found.answer {
    case .isAccount(true): enterKnown(guest)
    case .lives(nil): (guest, guest.lane)
    case .lives(.unanswered?): unseen(guest)
    case .isAccount(false), .lives: (guest, .strangers)
    }
  }

  /// Those about whom nothing was found in time.
  mutating func takeOverdue() -> [Placed] {
    if held.isEmpty { return [] }
    let now = looks.pace.now()
    let lookPatience = looks.pace.allowance
    return held.values.filter { entry in
      now - entry.since >= (entry.isLook ? lookPatience : Self.accountPatience)
    }.map { entry in
      drop(entry)
      return entry.isLook ? unseen(entry.guest) : (entry.guest, .strangers)
    }
  }

  /// Takes away those of whom this is true.
  mutating func remove(where isMeant: (Guest) -> Bool) -> [Guest] {
    held.values.filter { isMeant($0.guest) }.map { entry in
      drop(entry)
      return entry.guest
    }
  }

  private mutating func drop(_ entry: Held) {
    held[entry.guest.descriptor] = nil
    if entry.isLook { looks.takeBack(.max - entry.number, entry.guest.lane) }
  }

  private mutating func enterKnown(_ guest: Guest) -> Placed? {
    admission.isCrowded ? look(at: guest) : (guest, guest.lane)
  }

  private mutating func ask(about guest: Guest) -> Placed? {
    guard let number = hold(guest, isLook: false) else { return (guest, .strangers) }
    let descriptor = guest.descriptor
    residents.ask(guest.credentials.uid) { [tell] isAccount in
      tell(Found(descriptor: descriptor, number: number, answer: .isAccount(isAccount)))
    }
    return nil
  }

  private mutating func look(at guest: Guest) -> Placed? {
    guard let number = hold(guest, isLook: true) else { return unseen(guest) }
    let descriptor = guest.descriptor
    let process = guest.process.hold(descriptor)
    // A number of our own, which no connection has.
    looks.begin(.max - number, guest.lane) { [tell, looks] in
      let found = process.map { $0.confinement(pace: looks.pace) } ?? Confinement.processGone
      tell(Found(descriptor: descriptor, number: number, answer: .lives(found)))
    }
    return nil
  }

  private func unseen(_ guest: Guest) -> Placed {
    (guest, .unseen(.account(guest.credentials.uid)))
  }

  /// The number of whoever waits from now on; nil where there is no room.
  private mutating func hold(_ guest: Guest, isLook: Bool) -> UInt64? {
    guard held.count < Self.most else { return nil }
    last += 1
    held[guest.descriptor] = Held(
      guest: guest, number: last, isLook: isLook, since: looks.pace.now())
    return last
  }
}
