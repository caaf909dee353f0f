package import VaultCore

/// What holds for every call of a method, whatever its parameters say: one row a method, read by the server, the
/// engine and the client. What depends on the parameters too is a function of the call, beside the table.
package struct Traits: Sendable {
  /// What a call does to the vault.
  package enum Effect: Sendable {
    /// Nothing is ever written for it but a record of its refusal.
    case reads
    /// Something is written that takes room.
    case changes
    /// It takes rights away, or keeps an environment taken: it is done on a disk that is nearly full, too.
    case takesAway
    /// A value leaves by it.
    case releases
  }

  /// What a call takes of its caller's part.
  package enum Cost: Sendable {
    /// Nothing stays. What ends something costs nothing, since it must always be possible, and there is no more of
    /// it than was begun: closing, cancelling, rejecting, revoking, disabling.
    case nothing
    /// A value leaves, and a record of it stays.
    case release
    /// Something stays: a version, an edit.
    case change
    /// What stays is as long as the line: one change, and one for each KiB.
    case changeByLine

    /// How many changes it is, of a call whose line has so many bytes.
    package func changes(lineBytes: Int) -> Int {
      switch self {
      case .nothing, .release: 0
      case .change: 1
      case .changeByLine: 1 + lineBytes / 1_024
      }
    }
  }

  /// How a call comes to its answer.
  package enum Way: Sendable {
    /// The engine decides it.
    case decided
    /// It names principals: the engine says whether the caller may, they are looked up, then it is decided.
    case named
    /// The engine says whether the caller may, then the audit records are read on a snapshot.
    case recorded
    /// The engine says whether the caller may, then the copy of the database is read that the connection has opened.
    case copied
    /// The engine says where the record ends, and from there events follow beside the answers.
    case followed
  }

  /// Its row of *Who may do what*.
  package var permission: Permission
  /// What it does to the vault.
  package var effect: Effect
  /// What it takes of its caller's part.
  package var cost: Cost
  /// How many calls it is worth in the daemon's time: a list reads many rows.
  package var weight: UInt8
  /// How many short commands it is worth to the commit thread, which take some microseconds: lists, and what goes
  /// through many requests, take hundreds.
  package var worth: UInt8
  /// Whether it runs with nothing before or behind it on its connection.
  ///
  /// That is what needs the account database or waits, what is long, what the engine answers later, and what makes a
  /// lifeline of the connection, behind which nothing is a call any more.
  package var isAlone: Bool
  /// Whether the engine must be told when its connection ends.
  package var hasEnd: Bool
  /// How it comes to its answer.
  package var way: Way

  package init(
    _ permission: Permission, _ effect: Effect, cost: Cost = .nothing, weight: UInt8 = 1,
    worth: UInt8 = 1, isAlone: Bool = false, hasEnd: Bool = false, way: Way = .decided
  ) {
    self.permission = permission
    self.effect = effect
    self.cost = cost
    self.weight = weight
    self.worth = worth
    self.isAlone = isAlone
    self.hasEnd = hasEnd
    self.way = way
  }

  /// Whether nothing is ever written for it but a record of its refusal.
  package var isReadOnly: Bool { effect == .reads }
  /// Whether a value leaves by it.
  package var isRelease: Bool { effect == .releases }
  /// Whether it is done on a disk that is nearly full.
  package var worksWithoutRoom: Bool { effect == .reads || effect == .takesAway }
}
