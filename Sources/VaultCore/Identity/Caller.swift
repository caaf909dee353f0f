/// An account as the account database knows it now.
public struct Account: Hashable, Sendable {
  /// A group that the account database has the account in.
  public struct Group: Hashable, Sendable {
    /// The number of the group.
    public let gid: UInt32
    /// Its name; nil where the database has none for the number.
    public let name: String?

    /// Makes a group membership.
    public init(gid: UInt32, name: String?) {
      self.gid = gid
      self.name = name
    }
  }

  /// The number of the account.
  public let uid: UInt32
  /// The name of the account.
  public let name: String
  /// Every group of the account, the primary one included.
  public let groups: [Group]

  /// Makes an account.
  public init(uid: UInt32, name: String, groups: [Group]) {
    self.uid = uid
    self.name = name
    self.groups = groups
  }
}

/// What the account database answered about a uid.
public enum AccountAnswer: Hashable, Sendable {
  /// A person or a service, as the database has it now.
  case known(Account)
  /// Nobody: no such account, a subordinate uid of somebody (`/etc/subuid`), or the overflow uid.
  /// Only a rule that names `uid:N` can match it, and none the overflow uid.
  case nobody
  /// No answer in time. Whatever depends on it is refused as `account.unavailable`.
  case unavailable
}

/// Who is on the other end of a connection, as the kernel says at accept.
///
/// Invariant: made by the server from the socket that was connected to, and from `SO_PEERCRED` and
/// `SO_PEERGROUPS` alone (unix(7)); nothing in a message reaches this type.
public final class Caller: Sendable {
  /// Who it is.
  public let subject: Subject
  /// Its gid and supplementary groups, as the kernel lists them.
  public let kernelGroups: [UInt32]
  /// Whether the uid is the kernel's overflow uid, which stands for everybody without a mapping.
  public let isOverflow: Bool
  /// The connection's id, never used again in the life of the daemon.
  public let connection: UInt64
  /// The pid that the kernel noted when it connected; nil where the kernel shows none. It gives no right.
  public let process: Int32?
  /// What the account database says, nil while it was not asked.
  public let account: AccountAnswer?
  /// Why it keeps at most the role of a requester; nil where it does not.
  public let confinement: Confinement?

  /// Makes a caller that is an account.
  public init(
    uid: UInt32, kernelGroups: [UInt32], isOverflow: Bool, connection: UInt64,
    process: Int32? = nil, account: AccountAnswer?, confinement: Confinement? = nil
  ) {
    subject = .account(uid)
    self.kernelGroups = kernelGroups
    self.isOverflow = isOverflow
    self.connection = connection
    self.process = process
    self.account = account
    self.confinement = confinement
  }

  /// Makes a caller that came through a job socket: no account, whatever the kernel shows.
  public convenience init(socket: SocketName, connection: UInt64, process: Int32? = nil) {
    self.init(withoutAccount: .socket(socket), connection, process)
  }

  /// Makes a caller that is a unit, whose credential the service manager loads.
  public convenience init(unit: UnitName, connection: UInt64, process: Int32? = nil) {
    self.init(withoutAccount: .unit(unit), connection, process)
  }

  private init(withoutAccount subject: Subject, _ connection: UInt64, _ process: Int32?) {
    self.subject = subject
    kernelGroups = []
    isOverflow = false
    self.connection = connection
    self.process = process
    account = .nobody
    confinement = nil
  }

  private init(_ caller: Caller, account: AccountAnswer?, confinement: Confinement?) {
    subject = caller.subject
    kernelGroups = caller.kernelGroups
    isOverflow = caller.isOverflow
    connection = caller.connection
    process = caller.process
    self.account = account
    self.confinement = confinement
  }

  /// The same caller with what the account database says now; nil where it is to be asked anew.
  public func with(account: AccountAnswer?) -> Caller {
    Caller(self, account: account, confinement: confinement)
  }

  /// The same caller, who keeps at most the role of a requester.
  public func with(confinement: Confinement?) -> Caller {
    Caller(self, account: account, confinement: confinement)
  }

  /// The effective uid of the peer when it connected; for what is no account the number that is no uid
  /// (chown(2)), which matches nothing.
  public var uid: UInt32 { subject.uid ?? .max }

  /// Whether nothing but the role of a requester may be had, by whatever list.
  public var mayOnlyAsk: Bool { confinement != nil || subject.uid == nil }

  /// Whether the account database is known to have no such account.
  public var isNobody: Bool {
    if case .account = subject { isOverflow || account == .nobody } else { false }
  }

  /// Where its requests come from.
  public var origin: RequestOrigin { RequestOrigin(connection: connection, process: process) }

  /// The account's name where it is known.
  public var name: String? {
    if case .known(let account) = account { account.name } else { nil }
  }
}

/// Whether a principal is this caller: a third answer says that the account database must be asked.
public enum Match: Sendable {
  case yes
  case no
  /// It depends on the account database, which was not asked yet or did not answer.
  case unknown
}

extension Principal {
  /// Whether this principal is the caller.
  ///
  /// A group counts only when the kernel lists it *and* the account database has the account in it:
  /// the kernel alone would believe a container's image, the database alone a session that is over.
  public func match(_ caller: Caller) -> Match {
    if caller.isOverflow { return .no }
    guard case .account = caller.subject else {
      if case .socket(let name) = self { return caller.subject == .socket(name) ? .yes : .no }
      return .no
    }
    switch self {
    case .socket: return .no
    case .uid(let uid): return uid == caller.uid ? .yes : .no
    case .user(let name, let uid):
      guard uid == caller.uid else { return .no }
      return account(of: caller) { $0.name == name }
    case .gid(let gid):
      guard caller.kernelGroups.contains(gid) else { return .no }
      return account(of: caller) { $0.groups.contains { $0.gid == gid } }
    case .group(let name, let gid):
      guard caller.kernelGroups.contains(gid) else { return .no }
      return account(of: caller) { $0.groups.contains { $0.gid == gid && $0.name == name } }
    }
  }

  /// Whether the account database, asked again now, still lets this principal stand for an account:
  /// used for reviews, whose kernel evidence was taken when they were given.
  public func stillNames(uid: UInt32, _ answer: AccountAnswer) -> Match {
    if case .uid(let number) = self { return number == uid ? .yes : .no }
    switch answer {
    case .unavailable: return .unknown
    case .nobody: return .no
    case .known(let account):
      guard account.uid == uid else { return .no }
      switch self {
      case .uid: return .yes
      case .socket: return .no
      case .user(let name, let number):
        return number == uid && account.name == name ? .yes : .no
      case .gid(let gid): return account.groups.contains { $0.gid == gid } ? .yes : .no
      case .group(let name, let gid):
        return account.groups.contains { $0.gid == gid && $0.name == name } ? .yes : .no
      }
    }
  }

  private func account(of caller: Caller, _ holds: (Account) -> Bool) -> Match {
    switch caller.account {
    case nil, .unavailable?: .unknown
    case .nobody?: .no
    case .known(let account)?: account.uid == caller.uid && holds(account) ? .yes : .no
    }
  }
}

extension Sequence where Element == Principal {
  /// The principals of this list that are the caller.
  /// - Throws: ``AccountNeeded`` where none is for certain, but one might be.
  public func matching(_ caller: Caller) throws(AccountNeeded) -> [Principal] {
    var found: [Principal] = []
    var unsure = false
    for principal in self {
      switch principal.match(caller) {
      case .yes: found.append(principal)
      case .no: break
      case .unknown: unsure = true
      }
    }
    if found.isEmpty && unsure { throw AccountNeeded(caller) }
    return found
  }
}

extension Sequence where Element == Principal {
  /// The principals of this list that are the caller, where the list gives more than the right to ask:
  /// none for whoever may only ask.
  /// - Throws: ``AccountNeeded`` as ``matching(_:)`` does.
  public func empowering(_ caller: Caller) throws(AccountNeeded) -> [Principal] {
    caller.mayOnlyAsk ? [] : try matching(caller)
  }
}

/// A decision needs what the account database says about these uids.
public struct AccountNeeded: Error, Sendable {
  /// The uids to ask for.
  public let uids: [UInt32]
  /// Whether the database was asked already and did not answer in time.
  public let wasUnavailable: Bool

  /// A need for several accounts that nobody asked for yet.
  public init(uids: [UInt32]) {
    self.uids = uids
    wasUnavailable = false
  }

  /// The need of a caller's own account.
  public init(_ caller: Caller) {
    uids = [caller.uid]
    wasUnavailable = caller.account == .unavailable
  }
}
