import VaultCore
import VaultCrypto
import VaultStore

/// The way through the wrapped keys, in slices: each comes to be wrapped under what is to open it, then what is wrapped
/// under anything else is deleted.
///
/// It is the same after a new root key, a new backup key, and a start that finds it half done: it compares what is
/// stored with what the head says.
enum WrapWalk {
  /// The keys that there are once, and what the start owes.
  case own
  /// The keys of environments, behind the one numbered.
  case environments(after: Int64)
  /// What does not count any more, behind a place.
  case sweep(after: WrapPlace)

  init() { self = .own }
}

extension VaultEngine {
  /// The rows that one look goes through.
  private static let wrapsPerLook = 64

  /// Whether wraps are still to be written or deleted.
  var owesWraps: Bool {
    let state = trail.head.keys
    return state.progress != .settled || state.backup == 0 || wraps.root == state.next
  }

  /// Finds out at a start which of the keys are there.
  func adoptKeys() throws {
    let state = trail.head.keys
    try loadNextRoot()
    if wraps.root == state.next { try proveNextRoot() }
    guard state.backup > 0 else { return }
    let key = try wraps.open(.backup(generation: state.backup)) {
      try $0.unwrapBackupKey($1, generation: state.backup)
    }
    wraps.load(try key.wrapKey(), as: .backup(state.backup))
  }

  /// What a new key is wrapped under. None is made where one of them is missing: it would be lost with the other.
  func wrappersOfNewKeys() throws -> [Wrapper] {
    let wrappers = trail.head.keys.wrappers
    guard wraps.has(wrappers) else { throw Refusal.rootKeyPending }
    return wrappers
  }

  /// Goes on with the wrapped keys; false where nothing is left to be done.
  func writeWraps(at now: Moment) throws -> Bool {
    guard let walk = backlog.wraps else { return false }
    do {
      backlog.wraps =
        switch walk {
        case .own: try wrapOwn(at: now)
        case .environments(let after): try wrapEnvironments(after: after)
        case .sweep(let after): try sweepWraps(after: after)
        }
      if backlog.wraps == nil { backlog.finish(.wraps) }
    } catch let tampering as Tampering {
      report(tampering, at: now)
      backlog.give(up: .wraps)
      backlog.wraps = nil
    }
    return true
  }

  /// Where the walk begins, or takes the root key for the vault's that was in its place at the start.
  private func wrapOwn(at now: Moment) throws -> WrapWalk? {
    budget -= 1
    if wraps.root == trail.head.keys.next {
      try replaceRoot(at: now)
    } else if trail.head.keys.backup == 0, wraps.has(trail.head.keys.roots) {
      try wraps.makeBackupKey(of: vault, &trail.head.keys, nil, at: now.wall)
      trail.head.keys.progress = .wrapping
      trail.isHeadNews = true
    }
    let state = trail.head.keys
    guard state.progress == .wrapping else { return .sweep(after: .start) }
    // The next root key is not here. Nothing is lost: the present one opens everything.
    guard wraps.has(state.wrappers) else { return nil }
    for key in state.own {
      try wraps.complete(key, under: state.wrappers(of: key).filter { wraps.has([$0]) })
    }
    return .environments(after: 0)
  }

  /// From here on the old root key opens nothing, whatever rows of it are still there.
  private func replaceRoot(at now: Moment) throws {
    let old = trail.head.keys.root
    trail.head.keys.root = wraps.root
    trail.head.keys.rootSince = now.wall
    trail.head.keys.next = 0
    trail.head.keys.progress = .sweeping
    for root in try store.roots() where root.generation != Int64(wraps.root) {
      try store.deleteRoot(generation: root.generation)
    }
    wraps.drop(allBut: trail.head.keys.wrappers)
    trail.append(
      AuditRecord(
        at: now, event: .rootKeyReplaced,
        details: [.init("generation", "\(wraps.root)"), .init("old", "\(old)")]))
  }

  private func wrapEnvironments(after: Int64) throws -> WrapWalk {
    let page = try rows.environments(after: after, limit: budget)
    for environment in page.environments {
      try wraps.complete(environment, under: trail.head.keys.wrappers)
      budget -= 1
    }
    if let next = page.next { return .environments(after: next) }
    trail.head.keys.progress = .sweeping
    trail.isHeadNews = true
    return .sweep(after: .start)
  }

  private func sweepWraps(after: WrapPlace) throws -> WrapWalk? {
    var last = after
    for row in try store.wraps(after: after, limit: Self.wrapsPerLook) {
      if try !counts(row.place) {
        // The smallest slice gets on, too.
        if budget <= 0 { return .sweep(after: last) }
        try store.deleteWrap(row.place)
        budget -= 1
      }
      last = row.place
    }
    budget -= 1
    if last != after { return .sweep(after: last) }
    trail.head.keys.progress = .settled
    trail.isHeadNews = true
    return nil
  }

  /// Whether a wrap is one that the sealed state knows of.
  private func counts(_ place: WrapPlace) throws -> Bool {
    guard let key = place.key, let wrapper = place.wrapper,
      trail.head.keys.wrappers(of: key).contains(wrapper)
    else { return false }
    guard case .environment(let id, let generation) = key else { return true }
    return try rows.environment(id: id)?.keys.contains(generation) ?? false
  }
}
