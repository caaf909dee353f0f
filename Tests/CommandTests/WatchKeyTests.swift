import Promises
import Testing
import VaultProtocol

@testable import envgate

/// Keys, and what they do to whoever presses them too early.
@Suite struct WatchKeyTests {
  private static let key = WatchKey(host: nil, id: 42)

  private static func opened(reason: String? = nil) throws -> WatchModel {
    var model = WatchModel()
    _ = model.take(
      .listed([WatchScreenTests.entry(try WatchScreenTests.view())], sequence: 1), from: nil)
    let wish = model.press(.enter, page: 20)
    #expect(wish == .open(key))
    model.show(WatchScreenTests.text(try WatchScreenTests.view(reason: reason)), for: key)
    _ = WatchScreenTests.lines(&model)
    _ = model.takeForgetting()
    return model
  }

  private static func press(_ model: inout WatchModel, _ keys: Key...) -> WatchModel.Wish? {
    var wish: WatchModel.Wish?
    for key in keys {
      wish = model.press(key, page: 20)
      _ = WatchScreenTests.lines(&model)
    }
    return wish
  }

  private func expectNothing(
    _ wish: WatchModel.Wish?, location: SourceLocation = #_sourceLocation
  ) {
    #expect(wish == nil, sourceLocation: location)
  }

  private func expectForgotten(
    _ model: inout WatchModel, _ why: Comment? = nil, location: SourceLocation = #_sourceLocation
  ) {
    let isForgotten = model.takeForgetting()
    #expect(isForgotten, why, sourceLocation: location)
  }

  private func expectKept(
    _ model: inout WatchModel, location: SourceLocation = #_sourceLocation
  ) {
    let isForgotten = model.takeForgetting()
    #expect(!isForgotten, sourceLocation: location)
  }

  @Test(.promise(.threeSteps))
  func `an approval takes three steps, and carries the digest of what is shown`() throws {
    var model = try Self.opened()
    expectNothing(Self.press(&model, .character("a")))
    expectForgotten(&model, "what was typed before the question answers nothing")
    expectNothing(Self.press(&model, .character("o"), .character("k")))
    expectKept(&model)
    expectNothing(Self.press(&model, .enter))
    expectForgotten(&model)
    let digest = "sha256:" + String(repeating: "ab", count: 32)
    let wish = Self.press(&model, .character("y"))
    #expect(wish == .approve(Self.key, digest: digest, comment: "ok"))
    #expect(model.open?.step == .reading)
  }

  @Test(
    .promise(.threeSteps), arguments: [Key.character("n"), .enter, .escape, .character("Y"), .down])
  func `anything but a plain y goes back`(key: Key) throws {
    var model = try Self.opened()
    expectNothing(Self.press(&model, .character("a"), .enter, key))
    #expect(model.open?.step == .reading)
  }

  @Test(.promise(.rejectionIsConfirmed))
  func `a rejection says why, and is asked about as an approval is`() throws {
    var model = try Self.opened()
    expectNothing(Self.press(&model, .character("r"), .character(" "), .enter))
    #expect(model.message == "give a reason: the requester reads it")
    let digest = "sha256:" + String(repeating: "ab", count: 32)
    expectNothing(Self.press(&model, .backspace, .character("n"), .character("o"), .enter))
    expectForgotten(&model, "what was typed before the question answers nothing")
    let lines = WatchScreenTests.lines(&model)
    #expect(
      lines.suffix(2) == [
        "Reject 42 for production, for good?", "y rejects, any other key goes back",
      ])
    expectNothing(Self.press(&model, .enter))
    expectNothing(Self.press(&model, .character("r"), .character("n"), .character("o"), .enter))
    let wish = Self.press(&model, .character("y"))
    #expect(wish == .reject(Self.key, digest: digest, comment: "no"))
  }

  @Test(.promise(.threeSteps))
  func `nothing is approved from the list, nor before its end was on the screen`() throws {
    var list = WatchModel()
    _ = list.take(
      .listed([WatchScreenTests.entry(try WatchScreenTests.view())], sequence: 1), from: nil)
    for key in [Key.character("a"), .enter, .character("y"), .character("r")] where key != .enter {
      let wish = list.press(key, page: 20)
      #expect(wish == nil)
    }
    #expect(list.open == nil)
    var model = try Self.opened(reason: String(repeating: "long ", count: 800))
    expectNothing(Self.press(&model, .character("a")))
    #expect(model.open?.step == .reading)
    #expect(model.message?.hasPrefix("the request goes on below") == true)
    // A no needs no such patience.
    expectNothing(Self.press(&model, .character("r")))
    #expect(model.open?.step == .rejecting(""))
    _ = Self.press(&model, .escape, .end, .character("a"))
    #expect(model.open?.step == .commenting(""))
  }

  @Test func `a mark stays on its request, and goes to its neighbour with it`() throws {
    var model = WatchModel()
    let entries = try (1...3).map { WatchScreenTests.entry(try WatchScreenTests.view(id: $0)) }
    _ = model.take(.listed(entries, sequence: 1), from: nil)
    _ = Self.press(&model, .down)
    _ = model.takeForgetting()
    #expect(model.marked?.id == 2)
    _ = model.take(.listed(Array(entries.dropFirst()), sequence: 2), from: nil)
    #expect(model.marked?.id == 2)
    expectKept(&model)
    _ = model.take(.listed([entries[2]], sequence: 3), from: nil)
    #expect(model.marked?.id == 3)
    expectForgotten(&model, "Enter was meant for another")
  }

  @Test(
    arguments: [
      ("j", [.character("j")]), ("\u{1B}[A", [.up]), ("\u{1B}OB", [.down]),
      ("\u{1B}[5~", [.pageUp]),
      ("\u{1B}[6~", [.pageDown]), ("\u{1B}[H", [.home]), ("\u{1B}[4~", [.end]), ("\r", [.enter]),
      ("\u{7F}", [.backspace]), ("\u{1B}", [.escape]), ("ü測", [.character("ü"), .character("測")]),
      ("\u{1B}[1;5Aj", [.up, .character("j")]), ("\u{1}\u{7}", []), ("\u{9B}", []),
    ] as [(String, [Key])])
  func `what a terminal sends becomes keys`(sent: String, keys: [Key]) {
    var reader = KeyReader()
    let read = reader.keys(Array(sent.utf8), takesPaste: false)
    #expect(read == keys)
  }

  @Test func `bytes that are no text are no keys`() {
    var reader = KeyReader()
    let read = reader.keys([0xFF, 0xC3, 0x41, 0xED, 0xA0, 0x80, 0x80], takesPaste: true)
    #expect(read == [.character("A")])
  }

  @Test(.promise(.threeSteps))
  func `a paste is no key, and where text is typed it is text alone`() {
    let paste = Array("\u{1B}[200~a\r\u{1B}y\u{1B}[201~j".utf8)
    var reader = KeyReader()
    let read = reader.keys(paste, takesPaste: false)
    #expect(read == [.character("j")])
    var typing = KeyReader()
    let typed = typing.keys(paste, takesPaste: true)
    #expect(
      typed == [.character("a"), .character(" "), .character("j")],
      "an escape begins what is no text")
  }

  @Test func `a line that ends in a paste ends a word, and sends nothing`() {
    var reader = KeyReader()
    let keys = reader.keys(Array("\u{1B}[200~multi\nline\ttext\u{1B}[201~".utf8), takesPaste: true)
    #expect(keys == "multi line text".unicodeScalars.map { .character($0) })
  }
}
