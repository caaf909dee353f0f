import ArgumentParser

/// How `exec` hands secrets over to its command.
struct DeliveryOptions: ParsableArguments {
  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "How secrets are handed over: env (NAME holds the value), fd (NAME_FILE is the path of a sealed "
        + "file in memory), file (NAME_FILE is a file of mode 0400 in a tmpfs, gone afterwards), azure "
        + "(the fields of AZURE_CREDENTIALS as AZURE_CLIENT_ID, ARM_CLIENT_ID and so on).",
      valueName: "form"))
  var form = DeliveryForm.env

  @Option(
    help: ArgumentHelp(
      "Hand over this member of each secret, a JSON object, instead of the whole.",
      valueName: "name"))
  var field: String?

  @Flag(name: .customLong("override"), help: "Replace variables that are already there.")
  var overriding = false

  @Flag(
    name: .customLong("replace"),
    help: "Become the command, with the same process id, instead of waiting for it.")
  var replaces = false

  @Option(
    help: ArgumentHelp(
      "Write how it ended to this file, as JSON: reason, sentence, code, and whether the command ran.",
      valueName: "path"),
    completion: .file())
  var statusFile: String?

  @Flag(
    help: """
      Exit with 75 (try again), 77 (refused), 70 or 74 (call somebody) and so on instead of 125 where \
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
      throw ValidationError("--as azure takes the secret apart by itself; leave --field out")
    }
  }
}
