import StrictJSON
import VaultCore

/// A row of a ``Shape``: a member's name, where the value has it, and what it holds.
///
/// The labels say when the member may be left out:
///
/// | | left out | written |
/// |---|---|---|
/// | `Member("name", …)` | never | always |
/// | `Member(optional: …)` | means nil | where there is something |
/// | `Member(…, default: x)` | means x | always |
/// | `Member(…, unless: x)` | means x | where it is another |
/// | `Member(unlessEmpty: …)` | means empty | where there is something |
/// | `Member(onlyTrue: …)` | means false, which nobody may write | where it is true |
/// | `Member(group: …)` | the members of another shape, among the others | as that shape says |
struct Member<Whole, Part>: Sendable {
  let read: @Sendable (inout MemberReader) throws -> Judged<Part>
  let write: @Sendable (Whole, inout JSONWriter) -> Void

  typealias Path = @Sendable (Whole) -> Part

  /// A member that is always there.
  init(_ name: StaticString, _ part: @escaping Path, _ kind: Kind<Part>) {
    self.init(name, part, kind, absent: nil)
  }

  /// A member that is always written, and where it is left out means `usual`.
  init(_ name: StaticString, _ part: @escaping Path, _ kind: Kind<Part>, default usual: Part)
  where Part: Sendable {
    self.init(name, part, kind, absent: { usual })
  }

  /// A member that is left out where it is `usual`. Of a text or a list say ``init(unlessEmpty:_:_:)``.
  init(_ name: StaticString, _ part: @escaping Path, _ kind: Kind<Part>, unless usual: Part)
  where Part: Sendable & Equatable {
    self.init(name, part, kind, absent: { usual }) { $0 == usual }
  }

  /// A list or a text that is left out where it is empty.
  init(unlessEmpty name: StaticString, _ part: @escaping Path, _ kind: Kind<Part>)
  where Part: RangeReplaceableCollection & SendableMetatype {
    self.init(name, part, kind, absent: { Part() }) { $0.isEmpty }
  }

  /// A member that is left out where there is nothing.
  init<Some>(optional name: StaticString, _ part: @escaping Path, _ kind: Kind<Some>)
  where Part == Some? {
    self.init(name, part, .some(kind), absent: { nil }) { $0 == nil }
  }

  private init(
    _ name: StaticString, _ part: @escaping Path, _ kind: Kind<Part>,
    absent: (@Sendable () -> Part)?, isLeftOut: @escaping @Sendable (Part) -> Bool = { _ in false }
  ) {
    read = { reader in
      guard let value = reader.optional(name) else {
        guard let absent else { throw reader.missing("\(name)") }
        return .success(absent())
      }
      return try kind.judged(value, reader.direction)
    }
    write = { whole, writer in
      let part = part(whole)
      if isLeftOut(part) { return }
      writer.key(name)
      kind.write(part, &writer)
    }
  }

  /// The members of another shape, among the others. What that shape judges is judged with the members.
  init(group part: @escaping Path, _ shape: Shape<Part>) {
    read = { reader in try judge(shape.members(&reader)) }
    write = { whole, writer in shape.write(part(whole), &writer) }
  }

  /// The same where they may all be left out, which the first of them tells.
  init<Some>(group part: @escaping Path, _ shape: Shape<Some>, where first: StaticString)
  where Part == Some? {
    read = { reader in
      guard reader.optional(first) != nil else { return .success(nil) }
      return try judge(shape.members(&reader)).map { $0 }
    }
    write = { whole, writer in
      if let some = part(whole) { shape.write(some, &writer) }
    }
  }
}

extension Member where Part == Bool {
  /// A truth value that nobody may write as false, since the member chooses what the others mean.
  init(onlyTrue name: StaticString, _ part: @escaping Path) {
    let kind = Kind<Bool> { value, _ in
      if try value.bool() { return true }
      throw JSONFault(.outOfRange, at: value.offset, "\(name) can only be true")
    } write: {
      $1.bool($0)
    }
    self.init(name, part, kind, unless: false)
  }
}
