import StrictJSON
import Testing

@testable import VaultProtocol

/// Each view has the members that are written down beside it, whatever lists them in the code.
@Suite struct `The members of each view` {
  @Test(arguments: ViewShape.all)
  func `are read and written under their names, in their order`(shape: ViewShape) throws {
    let text = ViewShape.text(shape.members)
    #expect(try shape.again(text) == text)
    for member in shape.members where member.isNullable {
      let text = ViewShape.text(shape.members.with("null", for: member))
      #expect(try shape.again(text) == text, "\(member.name)")
    }
  }

  @Test(arguments: ViewShape.all)
  func `are required where nobody says otherwise, and what is left out is not written`(
    shape: ViewShape
  ) throws {
    for member in shape.members {
      let without = shape.members.filter { $0.name != member.name }
      guard member.isOptional else {
        #expect(throws: JSONFault.self, "\(member.name)") {
          try shape.again(ViewShape.text(without))
        }
        continue
      }
      // The first of a group tells whether there is one, which is then whole.
      if member.isGrouped, shape.members.first(where: \.isGrouped)?.name != member.name {
        #expect(throws: JSONFault.self, "\(member.name)") {
          try shape.again(ViewShape.text(without))
        }
      }
      let group = member.isGrouped ? without.filter { !$0.isGrouped } : without
      let again = try shape.again(ViewShape.text(group))
      // What older daemons do not say means something that newer ones write.
      let isWritten = [
        "confined", "storage", "last_backup", "warnings", "rotation_period", "recovery_key",
      ].contains(member.name)
      #expect(isWritten || again == ViewShape.text(group), "\(member.name)")
      #expect(again.contains("\"\(member.name)\":") == isWritten, "\(member.name)")
    }
  }

  @Test(arguments: ViewShape.all)
  func `are of their type, and null only where that means something`(shape: ViewShape) {
    for member in shape.members {
      for wrong in [member.value.hasPrefix("{") ? "[]" : "{}", "null"] {
        if wrong == "null" && member.isNullable { continue }
        // A value may stand as an object, but not as an empty one.
        let text = ViewShape.text(shape.members.with(wrong, for: member))
        #expect(throws: JSONFault.self, "\(text)") { try shape.again(text) }
      }
    }
  }

  @Test func `of somebody who is everywhere are cut, and stale are only reviews that are named`()
    throws
  {
    let place = PrincipalPlaceView(
      cursor: 3, environment: nil, roles: [], stored: "", isStale: false,
      requests: Array(1...1_001), reviews: Array(2_001...3_001), staleReviews: [2_001, 3_001])
    let told = try Wire.roundTrip(place)
    #expect(told.requests == Array(1...1_000) && told.reviews == Array(2_001...3_000))
    #expect(told.staleReviews == [2_001])
    let removed = PrincipalRemovedView(
      principal: "uid:7", environments: (0...400).map { "e\($0)" }, reset: 0, cancelled: 0,
      revoked: 0, standing: [])
    #expect(try Wire.roundTrip(removed).environments == (0..<400).map { "e\($0)" })
  }

  @Test(arguments: ViewShape.all)
  func `may be more in a newer daemon's answer`(shape: ViewShape) throws {
    let text = ViewShape.text(shape.members)
    #expect(try shape.again("{\"newer\":[{}]," + text.dropFirst()) == text)
  }
}

extension [ViewShape.Member] {
  fileprivate func with(_ value: String, for member: ViewShape.Member) -> Self {
    map {
      $0.name == member.name ? ViewShape.Member(name: $0.name, value: value) : $0
    }
  }
}
