/// One rule of a gate: everything about it that is not its meaning. Check, bytes, difference, weakening, edit, view
/// and the messages of an environment loop over the rows.
///
/// Invariant: who writes a row answers each question here; only ``fault`` may be left out. Lists of principals are
/// no rows: they are resolved, matched and shown in ways of their own.
package struct GateRule: Sendable {
  package typealias Path<Value> = any WritableKeyPath<GateTerms, Value> & Sendable

  /// Where the value is, of which kind, and within which bounds. A kind is coded once in each layer, for all
  /// rules of it.
  package enum Value: Sendable {
    /// A truth value, with what a difference says of it. Where `isDenied`, the wire says the opposite.
    case flag(Path<Bool>, isDenied: Bool = false, on: String, off: String)
    /// Milliseconds; whole seconds on the wire.
    case duration(Path<Int64>, in: ClosedRange<Int64>)
    /// Milliseconds as above, or none.
    case period(Path<Int64?>, in: ClosedRange<Int64>)
    /// A number from 1, or no limit.
    case limit(Path<Int?>, most: Int)
    /// A structured value: a list whose entries each have a text.
    case entries(any EntryList)
  }

  /// When a new value is weaker than the old one, and the sentence for that.
  package enum Weaker: Sendable {
    /// A higher one: true, longer, more often.
    case risen(String)
    /// A lower one: false, shorter, less often.
    case fallen(String)
    /// What the function says of the old value and the new one, which differ; nil where the new one is as strict.
    case judged(@Sendable (_ old: GateTerms, _ new: GateTerms) -> String?)
    /// Any other one: nobody has shown which value is stricter.
    case changed(String)
  }

  /// Its name on the wire and in messages.
  package let name: StaticString
  /// The option of `envgate environment create`, without its hyphens.
  package let option: StaticString
  /// The first format that holds it.
  package var since: GateFormat
  package let value: Value
  /// Whether it protects an environment by itself. A rule that does not only shapes its grants.
  package var protects: Bool
  /// Whether it is kept by a grant, where these terms set it: then nobody reads without one. Nil where a direct read
  /// keeps it as well.
  package let needsGrant: (@Sendable (GateTerms) -> Bool)?
  package var weaker: Weaker
  /// What it needs beside its bounds: another rule, an entry that may stand there.
  package var fault: @Sendable (GateTerms) -> GateFault? = { _ in nil }
  /// What `environment show` says of it; nil where there is nothing to say. Its place is in ``Gate/explanation(of:)``.
  package let sentence: @Sendable (Gate) -> String?

  /// Its name, as a text.
  package var text: String { "\(name)" }
}

/// Which rules a gate at rest holds: those of its format and of all before. A gate is written in the lowest format
/// that holds it, so one gate has one encoding, and a daemon of yesterday reads what uses nothing new.
package struct GateFormat: Hashable, Comparable, Sendable {
  /// The byte before the gate. The first format has none: its first byte is the kind of protection. A later one takes
  /// a number from 16 on, which no kind of protection ever gets.
  package let byte: UInt8

  package static let first = GateFormat(byte: 0)

  package init(byte: UInt8) { self.byte = byte }

  package static func < (left: Self, right: Self) -> Bool { left.byte < right.byte }
}
