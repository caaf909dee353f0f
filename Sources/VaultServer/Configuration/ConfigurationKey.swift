/// One key of the configuration: the reader knows it from here, and so do the manual page, the guide and the
/// shipped file, which the tests hold to this text.
struct ConfigurationKey: Sendable {
  /// When a change of the key takes effect.
  enum Effect: String {
    /// When the configuration is read again.
    case reload
    /// When the daemon is started again.
    case restart

    var sentence: String {
      switch self {
      case .reload: "A reload takes it over."
      case .restart: "A change needs a restart."
      }
    }
  }

  let name: StaticString
  /// What it is for, in sentences without marks of a language of pages.
  let meaning: String
  let effect: Effect

  init(_ name: StaticString, _ effect: Effect, _ meaning: String) {
    self.name = name
    self.meaning = meaning
    self.effect = effect
  }
}

/// One number under `limits`.
struct LimitKey: Sendable {
  let name: StaticString
  let meaning: String
  let range: ClosedRange<Int64>
  let field: any WritableKeyPath<Configuration.Limits, Int> & Sendable

  init(
    _ name: StaticString, _ range: ClosedRange<Int64>,
    _ field: any WritableKeyPath<Configuration.Limits, Int> & Sendable, _ meaning: String
  ) {
    self.name = name
    self.meaning = meaning
    self.range = range
    self.field = field
  }

  /// What holds where the key is left out.
  var usual: Int { Configuration.Limits()[keyPath: field] }
}

/// The keys of one object of the configuration.
struct ConfigurationPart: Sendable {
  /// The heading; empty for the file itself.
  let title: String
  /// What holds for all of its keys.
  let preface: String
  let keys: [ConfigurationKey]

  /// The names, for the reader.
  var known: [StaticString] { keys.map(\.name) }
}
