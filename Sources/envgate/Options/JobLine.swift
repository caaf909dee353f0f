import ArgumentParser

/// The command lines that jobs write, read without ArgumentParser.
///
/// Jobs call `exec` and `secret get` thousands of times a day, and ArgumentParser, which looks at each
/// option that there could be, reads a line for longer than the whole call takes.
///
/// Invariants: what is read here is what the parser reads, property by property. What is not read here is
/// nil and the parser's, faults and help included: there is one text for each.
struct JobLine {
  private var words: ArraySlice<String>
  private var environment: String?
  private var socket: String?
  private var reason: String?
  private var timeout: TimeSpan?

  private init(_ words: ArraySlice<String>) { self.words = words }

  /// The command that a line calls, with each property set.
  static func command(_ arguments: [String]) -> (any ParsableCommand)? {
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

  private mutating func exec() -> Exec? {
    var secrets: [String] = []
    var form: DeliveryForm?
    var mask: String?
    while let word = words.popFirst() {
      switch word {
      case "--":
        if words.isEmpty { return nil }
        guard let environment else { return nil }
        var command = Exec()
        command.environment = EnvironmentOption(named: environment)
        command.secrets = secrets
        command.delivery = DeliveryOptions(form: form ?? .env)
        command.masking = MaskOption(text: mask)
        command.request = RequestOptions(reason: reason, timeout: timeout)
        command.connection = ConnectionOptions(socket: socket)
        command.command = Array(words)
        return command
      case "-s", "--secret":
        guard let name = value() else { return nil }
        secrets.append(name)
      case "--as":
        guard form == nil, let named = value().flatMap(DeliveryForm.init(argument:)) else {
          return nil
        }
        form = named
      case "--mask":
        // A word behind it that is no option would be its value.
        guard mask == nil, words.first?.hasPrefix("-") == true else { return nil }
        mask = MaskOption.Mask.output.rawValue
      default: if !takeCommon(word) { return nil }
      }
    }
    return nil
  }

  private mutating func secretGet() -> SecretGetCommand? {
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
    var command = SecretGetCommand()
    command.name = name
    command.environment = EnvironmentOption(named: environment)
    command.field = field
    command.format = .raw
    command.reveal = false
    command.json = false
    command.request = RequestOptions(reason: reason, timeout: timeout)
    command.connection = ConnectionOptions(socket: socket)
    return command
  }

  /// Takes an option that both commands have; false where it is none, or was there before.
  private mutating func takeCommon(_ word: String) -> Bool {
    switch word {
    case "-e", "--environment": return take(\.environment)
    case "--socket": return take(\.socket)
    case "--reason": return take(\.reason)
    case "--timeout":
      guard timeout == nil, let span = value().flatMap(TimeSpan.init(argument:)) else {
        return false
      }
      timeout = span
      return true
    default: return false
    }
  }

  private mutating func take(_ property: WritableKeyPath<JobLine, String?>) -> Bool {
    guard self[keyPath: property] == nil, let text = value() else { return false }
    self[keyPath: property] = text
    return true
  }

  /// The word behind an option; nil where the parser may take it for something else.
  private mutating func value() -> String? {
    guard let word = words.first, Self.isPlain(word) else { return nil }
    return words.removeFirst()
  }

  private static func isPlain(_ word: String) -> Bool { !word.isEmpty && !word.hasPrefix("-") }
}

extension EnvironmentOption {
  init(named name: String) {
    self.init()
    text = name
  }
}

extension ConnectionOptions {
  init(socket path: String?) {
    self.init()
    socket = path
    host = nil
  }
}

extension RequestOptions {
  init(reason: String?, timeout: TimeSpan?) {
    self.init()
    said = ContextOptions()
    said.reason = reason
    said.ref = nil
    said.commit = nil
    said.runURL = nil
    said.key = nil
    said.timeout = timeout
    request = nil
    ticketFile = nil
  }
}

extension DeliveryOptions {
  init(form: DeliveryForm) {
    self.init()
    self.form = form
    field = nil
    overriding = false
    replaces = false
    statusFile = nil
  }
}

extension MaskOption {
  init(text: String?) {
    self.init()
    self.text = text
  }
}
