import SecretMemory
import StrictJSON
import VaultCalls
import VaultCore

/// What one member holds: how it stands on the wire, and what it is here.
///
/// Invariant (`fair-share`): a name of a closed set is read as ``word(_:_:_:)``, and a name by its grammar, so
/// that no text is compared before it is known to be short ASCII (`JSONValue.word()` says why). ``text`` is what
/// somebody says; nobody compares it.
struct Kind<Value>: Sendable {
  /// Reads it: throws a `JSONFault` where the type or the range is another, a `Refusal` where it cannot mean that.
  let read: @Sendable (JSONValue, Direction) throws -> Value
  let write: @Sendable (Value, inout JSONWriter) -> Void

  func judged(_ value: JSONValue, _ direction: Direction) throws -> Judged<Value> {
    try judge { try read(value, direction) }
  }
}

extension Kind where Value == Bool {
  static var bool: Self {
    Kind(read: { value, _ in try value.bool() }, write: { $1.bool($0) })
  }
}

extension Kind where Value == Int64 {
  /// An integer within 2^53 of zero.
  static var integer: Self {
    Kind(read: { value, _ in try value.integer() }, write: { $1.integer($0) })
  }

  /// A number that counts upwards: of a request, a version, a revision, a record.
  static func ordinal(from first: Int64) -> Self {
    Kind(
      read: { value, _ in try value.integer(in: first...JSONValue.largestInteger) },
      write: { $1.integer($0) })
  }

  /// A time of RFC 3339 on the wire, milliseconds since the epoch here.
  static var time: Self {
    Kind(
      read: { value, _ in try value.time() }, write: { $1.string(Timestamp.text(milliseconds: $0)) }
    )
  }
}

extension Kind where Value == Int {
  /// A number that the vault judges.
  static func count(_ range: ClosedRange<Int64>) -> Self {
    Kind(read: { value, _ in Int(try value.integer(in: range)) }, write: { $1.integer(Int64($0)) })
  }

  /// How many items of a list are wanted at most.
  static var limit: Self { count(1...Int64(ProtocolLimits.mostItems)) }
}

extension Kind where Value == UInt32 {
  /// A uid.
  static var accountNumber: Self {
    Kind(read: { value, _ in try value.accountNumber() }, write: { $1.integer(Int64($0)) })
  }
}

extension Kind where Value == String {
  /// What somebody says, which nobody compares.
  static var text: Self {
    Kind(read: { value, _ in try value.string() }, write: { $1.string($0) })
  }
}

extension Kind where Value == SecretBuffer {
  /// A secret's value: a string, or `{"base64":"…"}`.
  static var secretValue: Self {
    Kind { value, direction in
      let secret = try value.secretValue()
      if case .call(let limits) = direction, secret.count > limits.value {
        throw Refusal.valueTooLarge(limit: limits.value)
      }
      return secret
    } write: {
      $1.value(secret: $0)
    }
  }

  /// A request's ticket.
  static var ticket: Self {
    Kind(read: { value, _ in try value.ticket() }, write: { $1.value(secret: $0) })
  }
}

extension Kind where Value == [UInt8] {
  /// `sha256:…` on the wire, the 32 bytes here.
  static var digest: Self {
    Kind(read: { value, _ in try Digest(value).bytes }, write: { $1.string(Digest($0).text) })
  }
}

extension Kind {
  /// A list; each element is of its type before the first is refused for its meaning.
  static func list<Element>(_ element: Kind<Element>) -> Self where Value == [Element] {
    list(element) { _, _ in }
  }

  /// A list of a bounded number of elements.
  /// - Parameter detail: says the bound.
  static func list<Element>(
    _ element: Kind<Element>, of bounds: ClosedRange<Int>, _ detail: String
  ) -> Self where Value == [Element] {
    list(element) { value, count in
      if !bounds.contains(count) { throw JSONFault(.outOfRange, at: value.offset, detail) }
    }
  }

  /// - Parameter check: refuses a number of elements, before one of them is read: it costs more to refuse many names
  ///   than to take them.
  static func list<Element>(
    _ element: Kind<Element>, check: @escaping @Sendable (JSONValue, Int) throws -> Void
  ) -> Self where Value == [Element] {
    Kind { value, direction in
      let array = try value.array()
      try check(value, array.reduce(0) { count, _ in count + 1 })
      let elements = try array.map { try element.judged($0, direction) }
      return try elements.map { try $0.get() }
    } write: { elements, writer in
      writer.beginArray()
      for value in elements { element.write(value, &writer) }
      writer.endArray()
    }
  }

  /// An object of its own.
  static func object(_ shape: Shape<Value>) -> Self {
    Kind(
      read: { value, direction in try shape.read(value, direction) },
      write: { shape.write(object: $0, to: &$1) })
  }

  /// Something; nil is never read, and never written.
  static func some<Some>(_ kind: Kind<Some>) -> Self where Value == Some? {
    Kind { value, direction in
      try kind.read(value, direction)
    } write: { value, writer in
      if let value { kind.write(value, &writer) }
    }
  }

  /// Something, or null.
  static func nullable<Some>(_ kind: Kind<Some>) -> Self where Value == Some? {
    Kind { value, direction in
      value.isNull ? nil : try kind.read(value, direction)
    } write: { value, writer in
      if let value { kind.write(value, &writer) } else { writer.null() }
    }
  }
}

extension Kind where Value: WireView {
  /// A view that stands in another.
  static var view: Self {
    Kind(read: { value, _ in try Value(value) }, write: { $0.write(to: &$1) })
  }
}
