import ArgumentParser

/// How `exec` hands secrets over to its command.
struct DeliveryOptions: ParsableArguments {
  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "How the command gets its secrets. env: NAME holds the value. fd: NAME_FILE is the path of a sealed "
        + "file in memory. file: NAME_FILE is the path of a file of mode 0400 in a tmpfs, removed afterwards. azure: "
        + "AZURE_CLIENT_ID, ARM_CLIENT_ID and so on hold the fields of AZURE_CREDENTIALS.",
      valueName: "form"))
  var form = DeliveryForm.env

  @Option(
    help: ArgumentHelp(
      "Pass only this member of each secret, which must be a JSON object.",
      valueName: "name"))
  var field: String?

  @Flag(name: .customLong("override"), help: "Replace variables that are already set.")
  var overriding = false

  @Flag(
    name: .customLong("replace"),
    help: "Become the command, with the same process id, instead of starting it.")
  var replaces = false

  @Option(
    help: ArgumentHelp(
      "Write the result to this file as JSON: reason, sentence, exit code, and whether the command ran.",
      valueName: "path"),
    completion: .file())
  var statusFile: String?

  @Flag(
    help: """
      Exit with 75 (try again), 77 (refused), 70 or 74 (call an admin) and so on instead of 125 if \
      envgate itself fails.
      """)
  var exitCodes = false

  var delivery: Delivery {
    Delivery(
      form: form, field: field, isOverriding: overriding, isReplacing: replaces,
      statusFile: statusFile, hasExitCodes: exitCodes)
  }

  func validate() throws {
    if field != nil, form == .azure {
      throw ValidationError("--as azure splits the secret into its fields; leave --field out")
    }
  }
}
