import Testing
import VaultCalls

@testable import VaultProtocol

/// What a client must know of a line before it lets it go.
@Suite struct `what a call carries` {
  @Test(arguments: MethodShape.all)
  func `a ticket that is on the line is known to be there, and none where there is none`(
    shape: MethodShape
  ) throws {
    for members in [shape.members, shape.members.filter { !$0.value.contains("egr1_") }] {
      let params = MethodShape.params(members)
      guard case .call(_, let call) = Wire.incoming(shape.method.rawValue, params) else {
        // Without its ticket this one is no call.
        #expect(shape.method == .grantResume)
        continue
      }
      #expect((call.ticket != nil) == Wire.line(call).contains("egr1_"), "\(params)")
    }
  }

  @Test(arguments: MethodShape.all)
  func `a request that is on the line is the one that the call is about`(shape: MethodShape) throws
  {
    let params = MethodShape.params(shape.members)
    let call = try Wire.call(shape.method.rawValue, params)
    #expect((call.request != nil) == Wire.line(call).contains("\"request\":"), "\(params)")
  }
}
