import VaultCore

/// How old the secrets of an environment are.
public struct SecretAge: Hashable, Sendable {
  /// When its oldest current version was set, in milliseconds since the epoch; nil where no secret has one.
  public var oldest: Int64?
  /// How many secrets are due for a new value, by its rotation period.
  public var overdue = 0

  /// Makes that of an environment without secrets.
  public init() {}

  /// That of several environments together.
  public init(of all: some Sequence<SecretAge>) {
    for one in all {
      oldest = [oldest, one.oldest].compactMap(\.self).min()
      overdue += one.overdue
    }
  }

  fileprivate mutating func add(_ secret: Secret, period: Int64?, now: Int64) {
    guard secret.life == .set else { return }
    oldest = min(oldest ?? .max, secret.updated)
    if let period, secret.updated.addingSaturating(period) <= now { overdue += 1 }
  }
}

/// The ages of all secrets, looked up in rounds: each second a few rows, so that no commit waits for a walk over them.
struct SecretAges {
  /// What the last whole round found.
  private(set) var found: [EnvironmentName: SecretAge] = [:]

  private var round: [EnvironmentName: SecretAge] = [:]
  private var environment: Environment?
  private var after: SecretName?
  private var last: Int64 = 0

  /// How many rows are read a second; each takes a few microseconds.
  static let slice = 200

  /// Goes on with the round, or begins another.
  mutating func look(in rows: SealedRows, now: Int64) throws {
    var room = Self.slice
    while room > 0 {
      guard let current = environment else {
        let page = try rows.environments(after: last, limit: 1)
        // One that is being deleted is on no page.
        last = page.environments.last?.id ?? page.next ?? last
        room -= 1
        environment = page.environments.last
        after = nil
        if let name = environment?.name { round[name] = SecretAge() }
        if page.environments.isEmpty, page.next == nil {
          (found, round, last) = (round, [:], 0)
          return
        }
        continue
      }
      let page = try rows.secrets(current.id, after: after, limit: room)
      for secret in page {
        round[current.name]?.add(secret, period: current.gate.terms.rotationPeriod, now: now)
      }
      after = page.last?.name
      if page.count < room { environment = nil }
      room -= max(1, page.count)
    }
  }
}
