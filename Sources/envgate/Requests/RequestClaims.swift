import VaultCore

/// What a command line says about a request that is to be made. All of it is claimed, none proven.
struct RequestClaims: Equatable {
  var reason: String?
  var ref: String?
  var commit: String?
  var runURL: String?
  var key: String?

  /// What is said, the CI's own variables where the command line is silent.
  func context(
    command: [String] = [], delivery: String?,
    variable: @escaping (String) -> String? = ProcessContext.variable
  ) -> RequestContext {
    var context = CIContext.context(variable)
    context.reason = reason ?? context.reason
    context.ref = ref ?? context.ref
    context.commit = commit ?? context.commit
    context.runURL = runURL ?? context.runURL
    context.key = key
    context.command = ClaimedCommand.shown(of: command)
    context.delivery = delivery
    return context
  }

  /// Whether anything is said.
  var saysSomething: Bool { self != RequestClaims() }
}
