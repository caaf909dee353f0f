import SecretMemory

extension Race {
  /// What the model knows of a request: nothing that the engine said but its number.
  struct Job {
    let id: Int64
    let ticket: SecretBuffer
    let isAttended: Bool
    /// The connection that made it, as long as that lives.
    var maker: UInt64?
    /// Whether it may be activated.
    var isApproved: Bool
    /// How many approvals came before its own; in an open environment how many came to stand there before.
    var rank: Int?
    /// The connections that keep it alive.
    var attendants: Set<UInt64> = []
    /// The connections whose calls are parked.
    var parked: Set<UInt64> = []
    /// Up to when it counts though nobody stands there.
    var expectedUntil: Int64?
    /// Since when nobody attends it.
    var aloneSince: Int64?
    /// How often the account database does not answer about its reviewers.
    var silences: Int
  }

  struct Holder {
    let id: Int64
    var connection: UInt64?
    let activated: Int64
    let isByTicket: Bool
    var wasRead = false
    /// Whether the gate was edited since: nothing is read under it any more.
    var isStale = false
    var aloneSince: Int64?
  }
}
