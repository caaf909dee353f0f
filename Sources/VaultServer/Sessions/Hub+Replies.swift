import NIOCore
import VaultCalls
import VaultCore
import VaultEngine
import VaultProtocol

/// From what the engine answers to a line of the protocol: one case a reply.
extension Hub {
  /// The engine's reply as a line.
  func encode(_ reply: CommandReply, id: MessageID?, for caller: Caller) -> ByteBuffer {
    guard let id else { return encode(error: .internalFault, id: nil) }
    switch reply {
    case .refused(let refusal): return encode(error: WireError(refusal), id: id)
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
    case .environmentDeleted(let view): encoder.encode(id, result: view)
    case .places(let places, let next):
      encoder.encode(id, result: ListView(items: places, next: next))
    case .principalRemoved(let view): encoder.encode(id, result: view)
    case .secretSet(let view): encoder.encode(id, result: view)
    case .secretCreated(let view), .variableDeleted(let view): encoder.encode(id, result: view)
    case .importOpened(let view): encoder.encode(id, result: view)
    case .imported(let view): encoder.encode(id, result: view)
    case .secrets(let secrets, let next):
      encoder.encode(id, result: ListView(items: secrets, next: next?.text))
    case .versions(let versions, let next):
      encoder.encode(id, result: ListView(items: versions, next: next))
    case .versionChanged(let view): encoder.encode(id, result: view)
    case .secretDeleted(let view): encoder.encode(id, result: view)
    case .variable(let variable): encoder.encode(id, result: VariableView(variable: variable))
    case .variables(let variables, let next):
      encoder.encode(
        id,
        result: ListView<VariableView>(
          items: variables.map { VariableView(variable: $0) }, next: next?.text))
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
    case .revoked(let view): encoder.encode(id, result: view)
    case .keys(let keys, let next): encoder.encode(id, result: ListView(items: keys, next: next))
    case .keyRotated(let view): encoder.encode(id, result: view)
    case .backupOpened, .done, .followed, .queued, .asks, .reviewers, .rechecked:
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
      unusable: answer.unusable, current: answer.current, absence: answer.absence)
  }
}

extension ReleasedSecret {
  init(_ item: DurableRelease.Item) {
    self.init(name: item.name, version: item.version, value: item.value)
  }
}
