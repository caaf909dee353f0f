import SecretMemory
import StrictJSON

extension JSONWriter {
  mutating func member(_ key: StaticString, _ value: String) {
    self.key(key)
    string(value)
  }

  mutating func member(_ key: StaticString, _ value: Int64) {
    self.key(key)
    integer(value)
  }

  mutating func member(_ key: StaticString, _ value: Bool) {
    self.key(key)
    bool(value)
  }

  mutating func member(_ key: StaticString, _ values: [String]) {
    self.key(key)
    beginArray()
    for value in values { string(value) }
    endArray()
  }

  mutating func member(_ key: StaticString, _ values: [some WireView]) {
    self.key(key)
    beginArray()
    for value in values { value.write(to: &self) }
    endArray()
  }

  mutating func member(_ key: StaticString, secret: SecretBuffer) {
    self.key(key)
    value(secret: secret)
  }

  /// Writes the member, as null where there is nothing.
  mutating func nullable(_ key: StaticString, _ value: String?) {
    self.key(key)
    if let value { string(value) } else { null() }
  }

  mutating func nullable(_ key: StaticString, _ value: Int64?) {
    self.key(key)
    if let value { integer(value) } else { null() }
  }

  /// Writes the member only where there is something.
  mutating func optional(_ key: StaticString, _ value: String?) {
    if let value { member(key, value) }
  }

  mutating func optional(_ key: StaticString, _ value: Int64?) {
    if let value { member(key, value) }
  }

  mutating func optional(_ key: StaticString, secret: SecretBuffer?) {
    if let secret { member(key, secret: secret) }
  }
}
