import SecretMemory
import VaultClient
import VaultCore
import VaultProtocol

/// What `secret get` does once its command line is read, by whomever.
struct SecretGetJob: Equatable {
  var name: String
  var environment: String
  var field: String?
  var format = SecretFormat.raw
  var reveals = false
  var request = RequestTerms()
  var address = DaemonAddress()

  func run() throws {
    // Before anything is asked for: nobody should approve what is then not shown.
    if Console.isTerminal, !reveals {
      throw CommandFault(
        .terminalRefused, "stdout is a terminal; add --reveal to show the value, or redirect stdout"
      )
    }
    let name = try SecretName(argument: name)
    let answer = try answer(name, of: EnvironmentName(argument: environment))
    let secret = answer.secret
    // What is printed under a name must be what was asked for under it.
    guard secret.name == name.text else {
      throw ClientFault.replyInvalid("the answer is about the secret that was asked for")
    }
    let value = try field.map { try FieldReader.field($0, of: secret.value) } ?? secret.value
    let shown = SecretValueView(
      environment: try EnvironmentName(argument: answer.environment),
      secret: ReleasedSecret(name: name, version: secret.version, value: value))
    try Console.print(value: try format.text(of: shown))
  }

  private func answer(
    _ name: SecretName, of environment: EnvironmentName
  ) throws -> SecretValueView {
    if request.earlier != nil { return try requested(name, environment) }
    do {
      let connection = try Connection(address.destination)
      connection.deadline = request.deadline
      let posted = try connection.post(
        .secretGet(SecretGet(environment: environment, name: name)))
      // While the vault works.
      SecretArena.shared.prepare()
      return try connection.take(posted[0], as: SecretValueView.self)
    } catch let error as WireError where error.known == .gateRequired {
      return try requested(name, environment)
    }
  }

  private func requested(
    _ name: SecretName, _ environment: EnvironmentName
  ) throws -> SecretValueView {
    let flow = try RequestFlow(
      to: address.destination, deadline: request.deadline, endsWithParent: request.endsWithParent)
    do {
      let made = try flow.begin(request, in: environment, secrets: [name], delivery: "read")
      let active = try flow.activate(made)
      let answer: SecretValueView
      do { answer = try flow.read(name, of: active) } catch {
        flow.abandon(active)
        throw error
      }
      try flow.close(active, .success)
      return answer
    } catch {
      flow.takeBack()
      throw error
    }
  }
}
