/// How a command is to get its secrets, as the command line says it.
struct Delivery: Equatable {
  var form = DeliveryForm.env
  /// The member of each secret that is handed over instead of the whole.
  var field: String?
  /// Whether variables that are already there may be replaced.
  var isOverriding = false
  /// Whether we become the command instead of waiting for it.
  var isReplacing = false
  /// The file that says how it ended.
  var statusFile: String?
  /// Whether our own failures have their own exit codes instead of 125.
  var hasExitCodes = false
}
