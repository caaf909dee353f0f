import SecretMemory
import StrictJSON
import Testing

@Suite struct WriterTests {
  private func written(_ body: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter(capacity: 64)
    body(&writer)
    return writer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  private func secret(_ bytes: [UInt8]) throws -> SecretBuffer {
    try bytes.withUnsafeBytes { try SecretBuffer(copying: $0) }
  }

  @Test func `commas stand between members and elements and nowhere else`() {
    let text = written { writer in
      writer.beginObject()
      writer.key("a")
      writer.beginArray()
      writer.integer(1)
      writer.bool(true)
      writer.null()
      writer.beginObject()
      writer.endObject()
      writer.beginArray()
      writer.endArray()
      writer.endArray()
      writer.key("b" as String)
      writer.string("x\"\\\n\u{1}ü")
      writer.endObject()
      writer.newline()
    }
    #expect(text == #"{"a":[1,true,null,{},[]],"b":"x\"\\\n\u0001ü"}"# + "\n")
  }

  @Test
  func `every value comes back byte for byte, as a string or as base64, whichever is shorter`()
    throws
  {
    var state: UInt64 = 42
    func random(_ below: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % below
    }
    var values: [[UInt8]] = [
      [], [0], Array("{\"a\":\"\\\"\"}".utf8), Array(0...255), [0xC3, 0x28],
    ]
    for _ in 0..<300 {
      let alphabet = [256, 128, 32, 4][Int(random(4))] as UInt64
      values.append((0..<random(200)).map { _ in UInt8(random(alphabet)) })
    }
    for value in values {
      let buffer = try secret(value)
      let text = written { $0.value(secret: buffer) }
      let isText = text.hasPrefix("\"")
      let back = try read(text) { json in
        if isText { return try json.secret() }
        var object = try json.object()
        return try object.required("base64").base64Secret()
      }
      #expect(back.constantTimeEquals(buffer), "\(value)")
      #expect(text.utf8.count <= (value.count + 2) / 3 * 4 + 13)
    }
  }

  @Test func `a reset wipes what was written, where it was written`() throws {
    var writer = JSONWriter(capacity: 1_024)
    let value = try secret(Array("canary-of-the-writer".utf8))
    writer.value(secret: value)
    let before = writer.withUnsafeBytes { ($0.baseAddress, $0.count) }
    writer.reset()
    let rest = UnsafeRawBufferPointer(start: before.0, count: before.1)
    #expect(rest.allSatisfy { $0 == 0 })
    #expect(writer.count == 0)
  }
}
