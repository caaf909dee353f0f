import VaultCalls
import VaultCore
import VaultStore

/// Which keys there are, since when, and how far a change of one is.
extension VaultEngine {
  func listKeys(
    _ caller: Caller, for permission: Permission, after: Int64?, limit: Int
  ) throws -> Pending {
    try require(permission, caller)
    let page = try rows.environments(after: after ?? 0, limit: limit)
    let own = after == nil ? try ownKeys() : []
    return .ready(.keys(own + (try page.environments.map(key(of:))), next: page.next))
  }

  private func ownKeys() throws -> [KeyView] {
    let state = trail.head.keys
    let isReplaced = state.next == 0 && state.progress == .sweeping
    var keys = [
      KeyView(
        kind: .root, generation: Int64(state.root),
        since: state.rootSince > 0 ? state.rootSince : try store.meta()?.created,
        state: isReplaced ? .sweeping : .settled)
    ]
    if state.next > 0 {
      keys.append(
        KeyView(
          kind: .nextRoot, generation: Int64(state.next), since: state.nextSince,
          state: state.progress == .wrapping ? .wrapping : .ready))
    }
    keys.append(
      KeyView(
        kind: .backup, generation: state.backup > 0 ? Int64(state.backup) : nil,
        // It was made together with the recovery key, or with the vault.
        since: state.recovery > 0 ? state.recoverySince : nil,
        state: state.backup > 0 ? .settled : .none))
    keys.append(
      KeyView(
        kind: .recovery, generation: state.recovery > 0 ? Int64(state.recovery) : nil,
        since: state.recovery > 0 ? state.recoverySince : nil,
        state: state.recovery > 0 ? .settled : .none))
    return keys
  }

  private func key(of environment: Environment) throws -> KeyView {
    let rekey = environment.keys.isRotating ? backlog.rekey(of: environment.id) : nil
    return KeyView(
      cursor: environment.id, kind: .environment, environment: environment.name.text,
      generation: Int64(environment.keys.current), since: environment.keys.since,
      state: environment.keys.isRotating ? .rotating : .settled, done: rekey?.done,
      total: try rekey.map { _ in try secretCount(of: environment) })
  }

  /// The rows of an environment's secrets, deleted ones too, whose versions a rotation goes through.
  private func secretCount(of environment: Environment) throws -> Int64 {
    Int64(
      try rows.secrets(
        environment.id, after: nil, limit: VaultLimits.secretNamesPerEnvironment
      ).count)
  }
}
