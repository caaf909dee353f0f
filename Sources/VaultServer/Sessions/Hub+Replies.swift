import NIOCore
import VaultCore
import VaultEngine
import VaultProtocol

/// From what the engine answers to a line of the protocol: one case a reply.
extension Hub {
  /// The engine's reply as a line.
  func encode(_ reply: CommandReply, id: MessageID?, for caller: Caller) -> ByteBuffer {
    guard let id else { return encode(error: .internalFault, id: nil) }
    switch reply {
    case .refused(let refusal): encoder.encode(id, error: WireError(refusal))
    case .status(let answer): encoder.encode(id, result: status.view(answer, caller: caller))
    case .environment(let answer):
      encoder.encode(
        id, result: EnvironmentView(environment: answer.environment, roles: answer.roles))
    case .environments(let answers, let next):
      encoder.encode(
        id,
        result: ListView<EnvironmentView>(
          items: answers.map { EnvironmentView(environment: $0.environment, roles: $0.roles) },
          next: next))
    case .environmentChanged(let answer, let changes, let reset):
      encoder.encode(
        id,
        result: EnvironmentChangedView(
          environment: EnvironmentView(environment: answer.environment, roles: answer.roles),
          changes: changes, reset: reset, madeByWriters: answer.madeByWriters))
    case .environmentDeleted(let deletion):
      encoder.encode(
        id,
        result: EnvironmentDeletedView(
          name: deletion.name.text, secrets: deletion.secrets, variables: deletion.variables,
          cancelled: deletion.cancelled, isErased: deletion.isErased))
    case .places(let places, let next):
      encoder.encode(
        id,
        result: ListView<PrincipalPlaceView>(
          items: places.map { PrincipalPlaceView($0) }, next: next))
    case .principalRemoved(let removal):
      encoder.encode(
        id,
        result: PrincipalRemovedView(
          principal: removal.principal.text, environments: removal.environments.map(\.text),
          reset: removal.reset, cancelled: removal.cancelled, revoked: removal.revoked,
          standing: removal.standing))
    case .secretSet(let answer): encoder.encode(id, result: SecretSetView(answer))
    case .secretCreated(let environment, let name):
      encoder.encode(id, result: SecretCreatedView(environment: environment, name: name))
    case .importOpened(let environment, let names, let staged):
      encoder.encode(
        id,
        result: SecretImportOpenView(environment: environment.text, names: names, staged: staged))
    case .imported(let environment, let isDryRun, let secrets):
      encoder.encode(
        id, result: SecretImportedView(environment, isDryRun: isDryRun, secrets))
    case .secrets(let secrets, let next):
      encoder.encode(
        id,
        result: ListView<SecretView>(
          items: secrets.map {
            SecretView(secret: $0.secret, state: $0.state, reservation: $0.reservation)
          }, next: next?.text))
    case .versions(let versions, let next):
      encoder.encode(
        id,
        result: ListView<SecretVersionView>(
          items: versions.map { SecretVersionView($0) }, next: next))
    case .versionChanged(let environment, let version, let isErased):
      encoder.encode(
        id,
        result: SecretChangedView(environment: environment, version: version, isErased: isErased))
    case .secretDeleted(let environment, let name, let versions, let isErased):
      encoder.encode(
        id,
        result: SecretDeletedView(
          environment: environment, name: name, versions: versions, isErased: isErased))
    case .variable(let variable): encoder.encode(id, result: VariableView(variable: variable))
    case .variables(let variables, let next):
      encoder.encode(
        id,
        result: ListView<VariableView>(
          items: variables.map { VariableView(variable: $0) }, next: next?.text))
    case .variableDeleted(let environment, let name):
      encoder.encode(id, result: VariableDeletedView(environment: environment, name: name))
    case .secret(let release): encodeValue(release, id)
    case .grantPage(let release, let next):
      encoder.encode(
        id,
        result: GrantPageView(
          environment: release.environment, items: release.items.map(ReleasedSecret.init),
          next: next))
    case .requestCreated(let answer, let ticket):
      encoder.encode(
        id,
        result: RequestCreatedView(
          request: answer.request, ticket: ticket, unmet: answer.unmet, leftOut: answer.leftOut))
    case .request(let answer): encoder.encode(id, result: view(answer))
    case .requests(let answers, let next):
      encoder.encode(
        id, result: ListView<RequestView>(items: answers.map { view($0) }, next: next))
    case .revoked(let ids, let more):
      encoder.encode(id, result: RevokedView(revoked: ids, more: more))
    case .done, .followed, .queued, .asks, .reviewers, .rechecked:
      encoder.encode(id, error: .internalFault)
    }
    return takeLine()
  }

  private func encodeValue(_ release: DurableRelease, _ id: MessageID) {
    guard let item = release.items.first else {
      encoder.encode(id, error: .internalFault)
      return
    }
    encoder.encode(
      id,
      result: SecretValueView(environment: release.environment, secret: ReleasedSecret(item)))
  }

  private func view(_ answer: RequestAnswer) -> RequestView {
    if answer.sight == .number { return RequestView(partOf: answer.request) }
    return RequestView(
      request: answer.request, unmet: answer.unmet, byServiceAccount: answer.byServiceAccount,
      turn: answer.turn, outdatedBy: answer.outdatedBy, origin: answer.origin,
      likeness: answer.likeness, isUnattended: answer.isUnattended, newNames: answer.newNames,
      unusable: answer.unusable, current: answer.current,
      absence: answer.absence.map { AbsenceView(since: $0.since, ends: $0.ends) })
  }
}

extension ReleasedSecret {
  init(_ item: DurableRelease.Item) {
    self.init(name: item.name, version: item.version, value: item.value)
  }
}

extension ReaderView {
  init(_ reader: Reader) {
    let who = AccountView(reader.subject, account: reader.account)
    self.init(
      version: reader.version, uid: who.uid, account: who.account, first: reader.first,
      last: reader.last, count: reader.count)
  }
}

extension SecretSetView {
  init(_ answer: SecretSetAnswer) {
    self.init(
      environment: answer.environment.text, name: answer.name, version: answer.version,
      sameValue: answer.sameValue, pruned: answer.pruned,
      revocation: answer.revocation.map {
        Revocation(
          disabled: $0.disabled, revoked: $0.revoked, readers: $0.readers.map { ReaderView($0) })
      })
  }
}

extension SecretImportedView {
  init(_ environment: EnvironmentName, isDryRun: Bool, _ secrets: [ImportedSecret]) {
    func count(_ change: ImportedSecret.Change) -> Int {
      secrets.count { $0.change == change }
    }
    self.init(
      environment: environment.text, dryRun: isDryRun, new: count(.new), changed: count(.changed),
      same: count(.same),
      items: secrets.map {
        ImportedSecretView(
          environment: environment.text, name: $0.name.text, version: $0.version,
          change: $0.change.rawValue,
          sameValue: $0.sameValue, pruned: $0.pruned)
      })
  }
}

extension SecretVersionView {
  init(_ answer: VersionAnswer) {
    self.init(
      version: answer.version, isCurrent: answer.isCurrent, pinned: answer.pinned,
      readers: answer.readers.map { ReaderView($0) }, moreReaders: answer.moreReaders)
  }
}

extension PrincipalPlaceView {
  init(_ place: PrincipalPlace) {
    self.init(
      cursor: place.cursor, environment: place.environment?.text, roles: place.roles,
      stored: Self.each(place.stored.map(\.numbered)).joined(separator: ", "),
      isStale: place.isStale,
      requests: place.requests, reviews: place.reviews, staleReviews: place.staleReviews)
  }

  /// Each once: whoever has several roles somewhere is named there several times.
  private static func each(_ names: [String]) -> [String] {
    names.enumerated().filter { !names[..<$0.offset].contains($0.element) }.map(\.element)
  }
}

extension Principal {
  /// The principal with the number that its name had: `user:alice (uid 1001)`.
  fileprivate var numbered: String {
    switch self {
    case .user(_, let uid): "\(text) (uid \(uid))"
    case .group(_, let gid): "\(text) (gid \(gid))"
    case .uid, .gid, .socket: text
    }
  }
}
