import StrictJSON
import VaultCore

extension Kind where Value == EnvironmentName {
  static var environmentName: Self {
    Kind(read: { value, _ in try value.environmentName().get() }, write: { $1.string($0.text) })
  }
}

extension Kind where Value == SecretName {
  /// The name of a secret or a variable.
  static var secretName: Self {
    Kind(read: { value, _ in try value.secretName().get() }, write: { $1.string($0.text) })
  }
}

extension Kind {
  /// A word of a closed set.
  /// - Parameters:
  ///   - detail: names the words.
  ///   - value: what a word means; nil where it is none.
  ///   - word: the word.
  static func word(
    _ detail: String, _ meaning: @escaping @Sendable (String) -> Value?,
    _ word: @escaping @Sendable (Value) -> String
  ) -> Self {
    Kind { value, _ in
      guard let meant = try value.word().flatMap(meaning) else {
        throw JSONFault(.outOfRange, at: value.offset, detail)
      }
      return meant
    } write: {
      $1.string(word($0))
    }
  }
}

/// Names on the wire: the text is judged by bytes, and nothing else is done with it.
extension JSONValue {
  func environmentName() throws(JSONFault) -> Judged<EnvironmentName> {
    let text = try string()
    do { return .success(try EnvironmentName(text)) } catch {
      return .failure(
        .nameInvalid(what: "the name of an environment (\(EnvironmentName.grammar))", error))
    }
  }

  func secretName() throws(JSONFault) -> Judged<SecretName> {
    let text = try string()
    return Judged { () throws(Refusal) in try SecretName(entry: text) }
  }
}
