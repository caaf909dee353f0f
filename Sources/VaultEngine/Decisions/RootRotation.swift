import SecretMemory
import VaultCalls
import VaultCore
import VaultCrypto
import VaultStore

/// A new root key, in two phases. In the first, each key is wrapped under the one beside it too: from then on either
/// opens everything. In the second, which is a start with the new key in its place, the old one stops counting.
extension VaultEngine {
  func rotateRoot(_ caller: Caller, for permission: Permission, at now: Moment) throws -> Pending {
    try require(permission, caller)
    guard let source = rootKeys else {
      throw Refusal.rootKeyUnfit("this daemon cannot read root keys while it runs; restart it")
    }
    try requireInPlace(source)
    guard let bytes = try unfit({ try source.beside() }) else {
      throw Refusal.rootKeyUnfit(
        "there is no next root key yet (\(source.nameBeside)); make it as root: see envgated rotate-root"
      )
    }
    let key = try RootKey(bytes)
    let check = try key.checkValue(for: vault)
    let known = try store.roots().first { check.isEqual($0.checkValue) }?.generation
    if known == Int64(trail.head.keys.root) {
      throw Refusal.rootKeyUnfit(
        "the next root key (\(source.nameBeside)) is the present one; make a new one in its place")
    }
    let next: UInt32
    if let known, known == Int64(trail.head.keys.next) {
      next = trail.head.keys.next
    } else {
      next = max(trail.head.keys.root, trail.head.keys.next) + 1
      // One that was to follow before, and never came into its place, follows no more.
      for root in try store.roots() where root.generation != Int64(trail.head.keys.root) {
        try store.deleteRoot(generation: root.generation)
      }
      try store.insert(
        RootRow(generation: Int64(next), checkValue: check.bytes, created: now.wall))
      trail.head.keys.next = next
      trail.head.keys.nextSince = now.wall
      trail.head.keys.progress = .wrapping
      trail.append(
        AuditRecord(
          at: now, event: .rootKeyRotated, subject: caller.subject, account: caller.name,
          details: [.init("generation", "\(next)")]))
    }
    wraps.load(try key.wrapKey(for: vault, generation: next), as: .root(next))
    let state = trail.head.keys
    if state.progress != .settled { backlog.wraps = WrapWalk() }
    if state.progress == .settled {
      return .ready(
        .keyRotated(
          KeyRotatedView(environment: nil, generation: Int64(next), isComplete: true)))
    }
    return .erasure(of: .wraps) {
      .keyRotated(KeyRotatedView(environment: nil, generation: Int64(next), isComplete: $0))
    }
  }

  /// The key that a restart would take must be the one that counts: else the next one could be the only one that opens
  /// the vault, and be taken away.
  private func requireInPlace(_ source: RootKeySource) throws {
    let key = try RootKey(unfit { try source.inPlace() })
    let check = try key.checkValue(for: vault)
    let known = try store.roots().first { check.isEqual($0.checkValue) }?.generation
    if known == Int64(trail.head.keys.root) { return }
    throw Refusal.rootKeyUnfit(
      known == Int64(trail.head.keys.next)
        ? "the new root key is in its place already; restart envgated"
        : "the root key (\(source.name)) was replaced while envgated ran; put the vault's root key back first"
    )
  }

  private func unfit<Key>(_ read: () throws -> Key) throws -> Key {
    do { return try read() } catch { throw Refusal.rootKeyUnfit("\(error)") }
  }

  /// At a start: takes the key beside, where it is the one that is to follow.
  func loadNextRoot() throws {
    let state = trail.head.keys
    guard state.next > 0, wraps.root == state.root, let source = rootKeys,
      let bytes = try? source.beside()
    else { return }
    let key = try RootKey(bytes)
    let check = try key.checkValue(for: vault)
    guard
      try store.roots().contains(where: {
        $0.generation == Int64(state.next) && check.isEqual($0.checkValue)
      })
    else { return }
    wraps.load(try key.wrapKey(for: vault, generation: state.next), as: .root(state.next))
  }
}

extension VaultEngine {
  /// Refuses to take the key beside for the root key unless it opens every other key; for a daemon that is stopped.
  /// - Returns: false where it is in its place already, or none is to follow.
  public func mayFinishRootRotation() throws(EngineFault) -> Bool {
    do {
      let state = trail.head.keys
      if wraps.root == state.next { return false }
      if state.next == 0, try rootKeys?.beside() == nil { return false }
      guard state.next > 0, state.progress != .wrapping else { throw EngineFault.rootKeyNotRotated }
      try proveNextRoot()
      return true
    } catch { throw EngineFault(error) }
  }

  /// Refuses a root key that is to follow unless it opens every other key: what the old one opens is deleted next.
  func proveNextRoot() throws {
    let state = trail.head.keys
    let next = Wrapper.root(state.next)
    func prove(_ key: WrappedKey) throws {
      if try !wraps.proves(key, under: next) { throw EngineFault.damagedNextRootKey }
    }
    for key in state.own { try prove(key) }
    var after: Int64? = 0
    while let start = after {
      let page = try rows.environments(after: start, limit: 500)
      for environment in page.environments {
        for generation in environment.keys.oldest...environment.keys.current {
          try prove(.environment(environment.id, generation: generation))
        }
      }
      after = page.next
    }
  }
}
