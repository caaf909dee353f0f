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
  /// The fields of the secrets that a mask leaves readable.
  var maskExcept: [String] = []
  var request = RequestTerms()
  var address = DaemonAddress()
  var command: [String]

  func run() throws {
    let status = try delivery.statusFile.map { try StatusFile($0) }
    let end: ChildProcess.End
    do { end = try perform(status) } catch {
      status?.write(Failure(error, isExec: !delivery.hasExitCodes))
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
    let flow = try RequestFlow(
      to: address.destination, deadline: request.deadline, endsWithParent: request.endsWithParent)
    flow.ahead.isWanted = true
    // Before anybody is asked; what only the vault can say comes right after.
    if !names.isEmpty { try fit(plan, names, []) }
    try CommandCall(ProcessContext.lastArguments(command.count)).requireFound()
    let ran: (end: ChildProcess.End, lost: CommandFault?)
    do { ran = try perform(flow, in: environment, names, plan, status) } catch {
      flow.takeBack()
      throw error
    }
    if let lost = ran.lost {
      // The command would have failed on it: it wrote to us instead, and knows of nothing.
      if ran.end == .exited(0) { throw lost }
      Console.note(lost.sentence)
    }
    return ran.end
  }

  private func perform(
    _ flow: RequestFlow, in environment: EnvironmentName, _ names: [SecretName],
    _ plan: DeliveryPlan, _ status: StatusFile?
  ) throws -> (end: ChildProcess.End, lost: CommandFault?) {
    try flow.refuseNested(request, in: environment)
    if request.earlier == nil, let ahead = try flow.namesAhead(of: environment, named: names) {
      try fit(plan, ahead.secrets, ahead.variables)
    }
    let made = try flow.begin(
      request, in: environment, secrets: names.isEmpty ? nil : names, command: command,
      delivery: plan.claim)
    let company = CommandCompany(masking: mask == .output)
    if !delivery.isReplacing { flow.ahead.preparation = { try? company.prepare() } }
    let settings = try flow.settings(of: environment)
    let secrets = try names.isEmpty ? made.secrets.map { try SecretName(argument: $0.name) } : names
    try fit(plan, secrets, settings.variables.map(\.name))
    let active = try flow.activate(made)
    do {
      // A job that waited, or whose environment changed meanwhile, gets what stands there now.
      let isOld = flow.hasWaited || active.gateRevision != settings.revision
      let current = isOld ? try flow.settings(of: environment) : settings
      if delivery.isReplacing { try replace(active, plan, current, flow, status) }
      return try runChild(active, plan, current, flow, company, status)
    } catch {
      flow.abandon(active)
      throw error
    }
  }

  private func fit(_ plan: DeliveryPlan, _ secrets: [SecretName], _ settings: [SecretName]) throws {
    try plan.requireFit(secrets: secrets, settings: settings, overriding: delivery.isOverriding)
  }
}
