package import Testing

/// What envgate promises against one attack. The documentation comment of each promise says both, and
/// `make promises` prints them with the tests that carry the promise as a trait:
///
///     @Test(.promise(.requestNeeded))
///     func `closed-by-default: a protected environment is not read without a request`() …
///
/// A promise without a test fails `make test`, and a test of an unknown promise does not compile.
package struct Promise: TestTrait, SuiteTrait {
  let invariant: Invariant

  init(_ invariant: Invariant) { self.invariant = invariant }
}

extension Trait where Self == Promise {
  package static func promise(_ promise: Promise) -> Self { promise }
}
