import SecretMemory
import VaultClient
import VaultCore
import VaultProtocol

/// What `exec` does once its command line is read, by whomever.
struct ExecJob: Equatable {
  var environment: String
  var secrets: [String] = []
  var delivery = Delivery()
  var mask: MaskOption.Mask?
  var request = RequestTerms()
  var address = DaemonAddress()
  var command: [String]

  func run() throws {
    let status = try delivery.statusFile.map { try StatusFile($0) }
    let end: ChildProcess.End
    do { end = try perform(status) } catch {
      status?.write(Failure(error, isExec: true))
      throw error
    }
    status?.write(end)
    throw ChildEnded(code: end.code)
  }

  private func perform(_ status: StatusFile?) throws -> ChildProcess.End {
    if mask == .github { try Console.requireRunner() }
    let mappings = try secrets.map { try SecretMapping(argument: $0) }
    let environment = try EnvironmentName(argument: environment)
    let plan = try DeliveryPlan(delivery.form, field: delivery.field, mappings: mappings)
    let names = plan.names
    let flow = try RequestFlow(to: address.destination, deadline: request.deadline)
    flow.ahead.isWanted = true
    // Before anybody is asked; what only the vault can say comes right after.
    if !names.isEmpty {
      try fit(plan, names, [])
      if plan.mayMeetVariables {
        let variables = try flow.connection.variables(of: environment).items
        try fit(plan, names, try variables.map { try SecretName(argument: $0.name) })
      }
    }
    let made = try flow.begin(
      request, in: environment, secrets: names.isEmpty ? nil : names, command: command,
      delivery: plan.claim)
    let settings: RequestFlow.Settings
    do {
      settings = try flow.settings(of: environment)
      let secrets =
        try names.isEmpty ? made.secrets.map { try SecretName(argument: $0.name) } : names
      try fit(plan, secrets, settings.variables.map(\.name))
    } catch {
      flow.takeBack()
      throw error
    }
    let active = try flow.activate(made)
    let ran: (end: ChildProcess.End, lost: CommandFault?)
    do {
      // A job that waited gets what stands there now.
      let settings = flow.hasWaited ? try flow.settings(of: environment) : settings
      if delivery.isReplacing { try replace(active, plan, settings, flow, status) }
      ran = try runChild(active, plan, settings, flow)
    } catch {
      flow.abandon(active)
      throw error
    }
    if let lost = ran.lost {
      // The command would have failed on it: it wrote to us instead, and knows of nothing.
      if ran.end == .exited(0) { throw lost }
      Console.note(lost.sentence)
    }
    return ran.end
  }

  private func fit(_ plan: DeliveryPlan, _ secrets: [SecretName], _ settings: [SecretName]) throws {
    try plan.requireFit(secrets: secrets, settings: settings, overriding: delivery.isOverriding)
  }
}
