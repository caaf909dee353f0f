import VaultCore
import VaultCrypto

/// An edit of a gate decides in one small commit, by the environment's revision; the rows of the requests that
/// wait below it follow in slices, so that a thousand of them do not hold the commit thread.
///
/// In between a request is judged by its revision: a command about it is preceded by its own row's turn, and a
/// list shows it as it will be.
extension VaultEngine {
  /// Whether rows are left that an earlier commit has decided about. While there are, commits follow each other
  /// without a pause, an empty one where nobody has a command.
  public var hasBacklog: Bool {
    !lagging.isEmpty && !isBacklogPaused && trouble == nil && !isTampered
  }

  /// Writes at most ``slice`` rows of requests that an edit has sent back.
  func catchUp(at now: Moment) throws {
    if trouble == .scarce { return }
    for _ in 0..<slice {
      guard let entry = lagging.popFirst() else { return }
      try catchUp(entry.id, by: entry.editor, at: now)
    }
  }

  /// Writes a request's row, if an edit has sent it back and it does not say so yet.
  func catchUp(_ id: Int64, by editor: Caller?, at now: Moment) throws {
    do {
      guard let request = try rows.request(id), let environment = try newerGate(of: request)
      else { return }
      _ = try rebase(request, on: environment, by: editor, at: now)
    } catch let tampering as Tampering {
      // What does not verify must not keep the others from their turn; whoever asks for it is told.
      report(tampering, at: now)
    }
  }

  /// The request as it is once its row was written.
  func presented(_ request: AccessRequest, at now: Moment) throws -> AccessRequest {
    guard let environment = try newerGate(of: request) else { return request }
    return try rebased(request, on: environment, at: now) ?? request.ended(.expired)
  }

  /// The environment of a request that waits or is approved under an older revision of its gate.
  func newerGate(of request: AccessRequest) throws -> Environment? {
    guard request.isOpen, let environment = try rows.environment(id: request.environment),
      environment.revision != request.gateRevision
    else { return nil }
    return environment
  }

  /// What the gate as it is now makes of a request; nil where its clock has run out.
  func rebased(
    _ request: AccessRequest, on environment: Environment, at now: Moment
  ) throws -> AccessRequest? {
    var next = request.rebased(on: environment)
    if request.endIsReached(at: now) || next.endIsReached(at: now) { return nil }
    next.digest = try sha256(next.digestInput(vault: vault.bytes)).bytes
    return next.settled(in: environment, at: now)
  }
}

extension AccessRequest {
  /// Whether it waits or is approved: what an edit of its gate sends back.
  fileprivate var isOpen: Bool {
    switch state {
    case .waiting, .approved: true
    case .active, .closed, .rejected, .expired, .cancelled, .superseded, .revoked: false
    }
  }
}

extension Action {
  /// The one request that it is about.
  var request: Int64? {
    switch self {
    case .getSecret(_, _, let id, _): id
    case .getRequest(let id, _), .observeRequest(let id, _), .cancelRequest(let id, _),
      .revokeRequest(let id):
      id
    case .approve(let id, _, _), .reject(let id, _, _), .activate(let id, _, _),
      .holdGrant(let id, _), .readGrant(let id, _, _), .closeGrant(let id, _, _):
      id
    case .resumeGrant(let id, _): id
    case .createRequest(let wish): wish.supersedes?.request
    case .status, .createEnvironment, .getEnvironment, .listEnvironments, .updateEnvironment,
      .deleteEnvironment, .getPrincipal, .removePrincipal, .setSecret, .listSecrets, .listVersions,
      .changeVersion, .rollbackSecret, .deleteSecret, .setVariable, .listVariables,
      .deleteVariable, .listRequests, .revokeAll, .authorizeAudit, .noteRefusals, .authorizeAdmin,
      .followRequests, .reconfigure, .connectionEnded, .tick, .lifecycle:
      nil
    }
  }
}
