/// The command lines that jobs write, read without ArgumentParser.
///
/// Jobs call `exec` and `secret get` thousands of times a day, and ArgumentParser, which looks at each
/// option that there could be, reads a line for longer than the whole call takes.
///
/// Invariants: what is read here is what the parser reads, and neither its code nor its types are touched
/// on the way. What is not read here is nil and the parser's, faults and help included: there is one text
/// for each.
struct JobLine {
  /// What a line asks for.
  indirect enum Job: Equatable {
    case exec(ExecJob)
    case secretGet(SecretGetJob)

    func run() throws {
      switch self {
      case .exec(let job): try job.run()
      case .secretGet(let job): try job.run()
      }
    }
  }

  private var words: ArraySlice<String>
  private var environment: String?
  private var address = DaemonAddress()
  private var request = RequestTerms()

  private init(_ words: ArraySlice<String>) { self.words = words }

  static func job(_ arguments: [String]) -> Job? {
    switch (arguments.first, arguments.dropFirst().first) {
    case (Exec.name, _):
      var line = JobLine(arguments.dropFirst())
      return line.exec()
    case ("secret", "get"):
      var line = JobLine(arguments.dropFirst(2))
      return line.secretGet()
    default: return nil
    }
  }

  private mutating func exec() -> Job? {
    var secrets: [String] = []
    var form: DeliveryForm?
    var mask: MaskOption.Mask?
    while let word = words.popFirst() {
      switch word {
      case "--":
        if words.isEmpty { return nil }
        guard let environment else { return nil }
        return .exec(
          ExecJob(
            environment: environment, secrets: secrets, delivery: Delivery(form: form ?? .env),
            mask: mask, request: request, address: address, command: Array(words)))
      case "-s", "--secret":
        guard let name = value() else { return nil }
        secrets.append(name)
      case "--as":
        guard form == nil, let named = value().flatMap(DeliveryForm.init(rawValue:)) else {
          return nil
        }
        form = named
      case "--mask":
        // A word behind it that is no option would be its value.
        guard mask == nil, words.first?.hasPrefix("-") == true else { return nil }
        mask = .output
      default: if !takeCommon(word) { return nil }
      }
    }
    return nil
  }

  private mutating func secretGet() -> Job? {
    var name: String?
    var field: String?
    while let word = words.popFirst() {
      switch word {
      case "--field":
        guard field == nil, let named = value() else { return nil }
        field = named
      case _ where Self.isPlain(word):
        guard name == nil else { return nil }
        name = word
      default: if !takeCommon(word) { return nil }
      }
    }
    guard let name, let environment else { return nil }
    return .secretGet(
      SecretGetJob(
        name: name, environment: environment, field: field, request: request, address: address))
  }

  /// Takes an option that both commands have; false where it is none, or was there before.
  private mutating func takeCommon(_ word: String) -> Bool {
    switch word {
    case "-e", "--environment": return Self.set(&environment, value())
    case "--socket": return Self.set(&address.socket, value())
    case "--reason": return Self.set(&request.claims.reason, value())
    case "--timeout": return Self.set(&request.timeout, value().flatMap(TimeSpan.init(argument:)))
    default: return false
    }
  }

  private static func set<Value>(_ property: inout Value?, _ value: Value?) -> Bool {
    guard property == nil, let value else { return false }
    property = value
    return true
  }

  /// The word behind an option; nil where the parser may take it for something else.
  private mutating func value() -> String? {
    guard let word = words.first, Self.isPlain(word) else { return nil }
    return words.removeFirst()
  }

  private static func isPlain(_ word: String) -> Bool { !word.isEmpty && !word.hasPrefix("-") }
}
