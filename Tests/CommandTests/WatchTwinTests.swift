import Promises
import Testing
import VaultCore
import VaultProtocol

@testable import envgate

/// `watch`, where several requests say the same of themselves.
@Suite struct WatchTwinTests {
  private static let alone = RequestLikeness()
  private static let pair = RequestLikeness(twins: [ConsoleTwinTests.twin(43)])
  private static let key = WatchKey(host: nil, id: 42)

  private static func event(_ id: Int64) -> EventView {
    EventView(
      sequence: 9, time: 0, event: "request.created", request: id, environment: "production",
      state: "waiting")
  }

  private static func opened(_ likeness: RequestLikeness = alone) throws -> WatchModel {
    var model = WatchModel()
    let view = try ConsoleTwinTests.view(likeness)
    _ = model.take(.listed([WatchScreenTests.entry(view)], sequence: 1), from: nil)
    model.show(WatchScreenTests.text(view), for: key)
    _ = WatchScreenTests.lines(&model)
    return model
  }

  @Test func `the list says which requests make the same claims`() throws {
    var model = WatchModel()
    _ = model.take(
      .listed(
        [
          WatchScreenTests.entry(try ConsoleTwinTests.view(Self.pair)),
          WatchScreenTests.entry(try ConsoleTwinTests.view(Self.alone, id: 50)),
        ], sequence: 1), from: nil)
    let lines = WatchScreenTests.lines(&model, WatchScreenTests.screen(120))
    #expect(lines[1].contains("EXPIRES  SAME CLAIMS AS  SECRETS"))
    #expect(lines[2].contains("in 23h   43              AZURE_CREDENTIALS"))
    #expect(lines[3].contains("in 23h   -               AZURE_CREDENTIALS"))
  }

  @Test(.promise(.claimsStayClaims))
  func `a twin that comes while a request is open is shown before it can be approved`() throws {
    var model = try Self.opened()
    _ = model.press(.character("a"), page: 20)
    _ = model.press(.enter, page: 20)
    guard case .confirming = model.open?.step else {
      Issue.record("not asked")
      return
    }
    // The event is of the twin alone.
    let twin = WatchScreenTests.entry(
      try ConsoleTwinTests.view(RequestLikeness(twins: [ConsoleTwinTests.twin(42)]), id: 43))
    let wish = model.take(.moved(Self.event(43), twin), from: nil)
    #expect(wish == .open(Self.key))
    model.show(WatchScreenTests.text(try ConsoleTwinTests.view(Self.pair)), for: Self.key)
    let isForgotten = model.takeForgetting()
    #expect(model.open?.step == .reading && isForgotten)
    let lines = WatchScreenTests.lines(&model, WatchScreenTests.screen(120))
    #expect(lines[1].contains("twins      request 43 makes the same claims as this one"))
    let early = model.press(.character("y"), page: 20)
    #expect(early == nil)
    _ = model.press(.character("a"), page: 20)
    _ = model.press(.enter, page: 20)
    let question = WatchScreenTests.lines(&model, WatchScreenTests.screen(120))
    #expect(
      question.contains(
        "Type 42 to approve it, though request 43 makes the same claims; Esc goes back"))
  }

  @Test(.promise(.claimsStayClaims), arguments: ["y", "", "43", "4", "42 ", "042"])
  func `watch: a request with a twin is approved by its number alone`(typed: String) throws {
    var model = try Self.opened(Self.pair)
    for number in [typed, "42"] {
      for key in [Key.character("a"), .enter] {
        let early = model.press(key, page: 20)
        #expect(early == nil)
      }
      for scalar in number.unicodeScalars {
        let early = model.press(.character(scalar), page: 20)
        #expect(early == nil && model.open != nil)
      }
      let wish = model.press(.enter, page: 20)
      #expect((wish?.key == Self.key) == (number == "42"), "\(number)")
      #expect(model.open?.step == .reading)
    }
  }

  @Test func `twins that come and go hold up no reviewer who has been told of one`() throws {
    var model = try Self.opened(Self.pair)
    _ = model.press(.character("a"), page: 20)
    _ = model.press(.enter, page: 20)
    _ = model.takeForgetting()
    let like = WatchScreenTests.entry(try ConsoleTwinTests.view(Self.pair, id: 44))
    for likeness in [
      Self.alone, RequestLikeness(twins: [ConsoleTwinTests.twin(44)]),
      RequestLikeness(sameKey: .init(older: 1, newer: nil, count: 1)),
    ] {
      let wish = model.take(.moved(Self.event(44), like), from: nil)
      #expect(wish == nil)
      model.show(WatchScreenTests.text(try ConsoleTwinTests.view(likeness)), for: Self.key)
      let isForgotten = model.takeForgetting()
      #expect(!isForgotten)
    }
    for key in [Key.character("4"), .character("2")] { _ = model.press(key, page: 20) }
    let wish = model.press(.enter, page: 20)
    #expect(wish?.key == Self.key)
  }

  @Test func `what says something else, or is of another host, is no reason to read again`() throws
  {
    var model = try Self.opened()
    let other = WatchScreenTests.entry(
      try ConsoleTwinTests.view(Self.alone, id: 44, reason: "daily"))
    let wish = model.take(.moved(Self.event(44), other), from: nil)
    #expect(wish == nil)
    let like = WatchScreenTests.entry(try ConsoleTwinTests.view(Self.alone, id: 44))
    let far = model.take(.moved(Self.event(44), like), from: "build1")
    #expect(far == nil)
  }
}
