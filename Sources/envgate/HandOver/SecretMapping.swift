import VaultCore
import VaultProtocol

/// One `-s NAME[=VARIABLE][:FORM]` of `exec`: which secret, and how its job gets it.
///
/// The name ends at the first `=`, the form begins behind the last `:`. A variable keeps its case and may be
/// any but those that nobody may set: the job says it, and its reviewers see it in the request's delivery.
struct SecretMapping: Equatable {
  let name: SecretName
  /// The variable; nil where the form names it.
  let variable: String?
  /// The form; nil where `--as` says it.
  let form: DeliveryForm?

  /// - Throws: ``CommandFault`` `usage` for an empty part or an unknown form, else a fault of the name.
  init(argument: String) throws {
    var rest = argument[...]
    var form: DeliveryForm?
    if let colon = rest.lastIndex(of: ":") {
      let text = rest[rest.index(after: colon)...]
      rest = rest[..<colon]
      guard let known = DeliveryForm(rawValue: String(text)) else {
        throw Self.usage(argument, text.isEmpty ? "a part is empty" : "there is no such form")
      }
      form = known
    }
    var variable: String?
    if let equals = rest.firstIndex(of: "=") {
      variable = String(rest[rest.index(after: equals)...])
      rest = rest[..<equals]
    }
    if rest.isEmpty || variable?.isEmpty == true { throw Self.usage(argument, "a part is empty") }
    self.form = form
    self.variable = variable
    name = try SecretName(argument: String(rest))
    if let variable { try Self.judge(variable) }
  }

  /// One secret, as it is handed over where nothing is said about it.
  init(_ name: SecretName) { (self.name, variable, form) = (name, nil, nil) }

  /// Whether it says more than a name.
  var isExplicit: Bool { variable != nil || form != nil }

  /// As it stands on the command line.
  var text: String {
    name.text + (variable.map { "=" + $0 } ?? "") + (form.map { ":" + $0.rawValue } ?? "")
  }

  /// Refuses a variable that no job may get.
  static func judge(_ variable: String) throws {
    do { try SecretName.check(variable) } catch {
      throw CommandFault(
        error.reason,
        "\(ForeignText.quoted(variable, limit: 80)) is not a valid variable name; allowed: "
          + error.sentence(allowing: "letters, digits and _, not starting with a digit"))
    }
    guard let reservation = ReservedNames.never(variable) else { return }
    throw CommandFault(
      .nameReserved,
      "envgate never sets the variable \(variable), because it controls \(reservation.steers)")
  }

  private static func usage(_ argument: String, _ what: String) -> CommandFault {
    let forms = DeliveryForm.allCases.map(\.rawValue).joined(separator: ", ")
    return CommandFault(
      .usage,
      "\(what) in -s \(ForeignText.quoted(argument, limit: 200)); write NAME, NAME=VARIABLE, "
        + "NAME:FORM or NAME=VARIABLE:FORM, where FORM is one of \(forms)")
  }
}
