import SecretMemory
import VaultClient
import VaultCore
import VaultProtocol

/// From what was released to a command that has ended.
extension ExecJob {
  /// Runs the command beside us, and tells the vault how it went.
  /// - Returns: how it ended, and why some of its output did not go out.
  func runChild(
    _ active: RequestView, _ plan: DeliveryPlan, _ settings: RequestFlow.Settings,
    _ flow: RequestFlow, _ company: CommandCompany, _ status: StatusFile?
  ) throws -> (end: ChildProcess.End, lost: CommandFault?) {
    let job = try start(active, plan, settings, flow, company)
    status?.hasRun = true
    let end: ChildProcess.End
    do { end = try job.wait(whileRunning: flow.keeper(of: active)) } catch {
      job.finish()
      throw error
    }
    SignalRelay.ignoreAll()
    do {
      try flow.close(active, end == .exited(0) ? .success : .failure)
    } catch let error as WireError where error.known == .requestEnded {
      Console.note(
        "the grant ended while the command ran: " + PlainText.shown(error.message))
    } catch {
      // The command has run; its code is what counts. The vault ends the grant by itself.
      Console.note("envgate could not report the outcome of request \(active.id) to the vault")
    }
    // Last: whoever is to read it may take their time, and the grant must not wait for that.
    return (end, job.finish())
  }

  /// Becomes the command, which holds the grant by a lifeline: it ends with the command and all that it
  /// leaves behind.
  func replace(
    _ active: RequestView, _ plan: DeliveryPlan, _ settings: RequestFlow.Settings,
    _ flow: RequestFlow, _ status: StatusFile?
  ) throws {
    let secrets = try read(plan.names, of: active, flow)
    let handOver = try HandOver(secrets, as: plan, settings: settings.variables)
    let lifeline = try flow.lifeline(of: active, replaces: true)
    status?.writeReplaced()
    try withExtendedLifetime((lifeline, handOver)) {
      try Replacement.become(
        ProcessContext.lastArguments(command.count),
        try ChildEnvironment(
          handOver.variables, overriding: delivery.isOverriding, own: try held(active, settings)),
        kept: handOver.files.kept(outlivingUs: true) + (lifeline.map { [$0.descriptor] } ?? []))
    }
  }

  /// Starts the command. What was read is wiped when this returns: the child has its own copy.
  private func start(
    _ active: RequestView, _ plan: DeliveryPlan, _ settings: RequestFlow.Settings,
    _ flow: RequestFlow, _ company: CommandCompany
  ) throws -> RunningJob {
    // Before the values.
    try company.prepare()
    let (ways, witness) = (company.ways, company.witness)
    let secrets = try read(plan.names, of: active, flow)
    // What is made here may need that there is no second thread yet.
    let handOver = try HandOver(secrets, as: plan, settings: settings.variables)
    let streams = try ways.map {
      try MaskedStreams(values: hidden(secrets), on: $0, witness: witness)
    }
    if let streams { tell(secrets, words: streams.words) }
    // The lifeline is ours until the child has its own copy, and goes with this function.
    let lifeline = settings.isExclusive ? try flow.lifeline(of: active) : nil
    let child = try withExtendedLifetime(lifeline) {
      try ChildProcess(
        ProcessContext.lastArguments(command.count),
        try ChildEnvironment(
          handOver.variables, overriding: delivery.isOverriding, own: try held(active, settings)),
        kept: handOver.files.kept(outlivingUs: false) + (lifeline.map { [$0.descriptor] } ?? []),
        output: streams?.childOutput, errors: streams?.childErrors, witness: witness)
    }
    streams?.childStarted()
    return RunningJob(child: child, files: handOver.files, streams: streams, witness: witness)
  }

  /// What the child is told of the grant that it runs under.
  private func held(
    _ active: RequestView, _ settings: RequestFlow.Settings
  ) throws -> [HandOver.Variable] {
    settings.isExclusive ? [try HeldGrants().variable(with: active)] : []
  }

  private func read(
    _ names: [SecretName], of active: RequestView, _ flow: RequestFlow
  ) throws -> [(name: SecretName, value: SecretBuffer)] {
    // A step of a job gets what it names of a request that asks for more, and no more is released.
    let secrets =
      request.earlier != nil && !names.isEmpty
      ? try names.map { ($0, try flow.read($0, of: active).secret.value) } : try flow.read(active)
    if mask == .github {
      tell(secrets, words: try Console.print(masks: hidden(secrets)))
    }
    return secrets
  }

  private func hidden(_ secrets: [(name: SecretName, value: SecretBuffer)]) -> MaskValues {
    MaskValues(all: secrets.map(\.value), except: maskExcept)
  }

  /// Says what a mask leaves readable, once.
  private func tell(_ secrets: [(name: SecretName, value: SecretBuffer)], words: [String]) {
    let short = secrets.filter { 1..<MaskPieces.least ~= $0.value.count }.map(\.name.text)
    if let note = MaskNote.short(short) { Console.note(note) }
    if let note = MaskNote.words(words) { Console.note(note) }
  }
}

/// What goes beside the command and knows no value: the ways of its output, and the witness of its signals, which
/// is forked, and holds the near ends of those.
final class CommandCompany {
  private let isMasking: Bool
  private var isThere = false
  private(set) var ways: OutputWays?
  private(set) var witness: SignalWitness?

  init(masking: Bool) { isMasking = masking }

  /// Makes what is not there yet. Before there is a second thread.
  func prepare() throws {
    if isThere { return }
    if isMasking, ways == nil { ways = try OutputWays() }
    witness = SignalWitness(holding: ways?.all.map(\.near) ?? [])
    isThere = true
  }
}

/// A command that runs, the files that stay as long as it does, and what its output passes.
private struct RunningJob: ~Copyable {
  let child: ChildProcess
  let files: HandOver.Files
  let streams: MaskedStreams?
  let witness: SignalWitness?

  func wait(whileRunning: @escaping () -> Void) throws -> ChildProcess.End {
    let streams = streams
    // What is left of the output is for us alone to pass on.
    defer { witness?.end() }
    return try withExtendedLifetime(files) {
      try child.wait(whileRunning: whileRunning) { streams?.windowChanged() }
    }
  }

  /// Passes on what is left of its output, and says why some of it was lost.
  @discardableResult
  func finish() -> CommandFault? { streams?.finish() }
}
