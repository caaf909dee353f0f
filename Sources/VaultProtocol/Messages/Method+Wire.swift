import StrictJSON
import VaultCalls

extension Method {
  /// Reads a method's name; nil where it names none.
  init?(_ value: JSONValue) {
    for (name, method) in Self.frequent where value.equalsASCII(name) {
      self = method
      return
    }
    guard let text = try? value.word(), let method = Method(rawValue: text) else { return nil }
    self = method
  }

  /// What jobs send thousands of times is found without making a string of it.
  private static let frequent: [(StaticString, Method)] = [
    ("secret.get", .secretGet), ("grant.read", .grantRead), ("grant.activate", .grantActivate),
    ("grant.close", .grantClose), ("request.create", .requestCreate),
    ("request.wait", .requestWait), ("secret.set", .secretSet), ("request.get", .requestGet),
  ]
}
