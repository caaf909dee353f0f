public import StrictJSON

/// What one line from a client turned out to be.
///
/// The order of judgement: JSON at all, an object, its `id`, its version, its members, its method, its
/// `params`. The id comes first so that whatever is wrong behind it can be answered to the right call.
public enum Incoming: Sendable {
  /// A call to be carried out and answered under this id.
  case call(id: MessageID, Call)
  /// To be answered with this error; the id is nil, and null in the answer, where none could be read.
  case malformed(id: MessageID?, WireError)
  /// An object without an id (JSON-RPC 2.0, 4.1): neither carried out nor answered.
  case notification

  /// Reads a line, without its newline.
  /// - Parameters:
  ///   - line: the bytes; not kept.
  ///   - reader: a reader that is used again for each line.
  ///   - limits: how much a message may hold.
  public static func decode(
    _ line: UnsafeRawBufferPointer, reader: inout JSONReader, limits: ProtocolLimits
  ) -> Incoming {
    do {
      // Safety: the caller lends the bytes for this call; values reach secret memory, all else is copied.
      return try unsafe reader.read(line) { Incoming($0, limits) }
    } catch let fault as JSONFault {
      return .malformed(id: nil, .jsonInvalid(fault))
    } catch {
      return .malformed(id: nil, .internalFault)
    }
  }

  private init(_ message: JSONValue, _ limits: ProtocolLimits) {
    guard var object = try? message.object() else {
      self = .malformed(
        id: nil,
        .messageInvalid(
          "a message is one object; send one call on each line", "wrong_type", message.offset))
      return
    }
    guard let idValue = object.optional("id") else {
      self = .notification
      return
    }
    guard let id = MessageID(idValue) else {
      self = .malformed(
        id: nil,
        .messageInvalid(
          "an id is a string of at most 64 bytes or an integer within 2^53", "bad_id",
          idValue.offset))
      return
    }
    do {
      self = .call(id: id, try Self.call(&object, message, limits))
    } catch let error as WireError {
      self = .malformed(id: id, error)
    } catch {
      self = .malformed(id: id, .parameters(error))
    }
  }

  private static func call(
    _ object: inout JSONObject, _ message: JSONValue, _ limits: ProtocolLimits
  ) throws -> Call {
    let version = object.optional("jsonrpc")
    let name = object.optional("method")
    let parameters = object.optional("params")
    guard let version, version.equalsASCII("2.0") else {
      throw WireError.messageInvalid(
        "a message has the member \"jsonrpc\":\"2.0\"", "bad_version", (version ?? message).offset)
    }
    do { try object.finish() } catch {
      throw WireError.messageInvalid(
        "a message has the members jsonrpc, id, method and params", error.code.rawValue,
        error.offset)
    }
    guard let name, let method = Method(name) else {
      if let name, name.kind == .string { throw WireError.methodUnknown(name.offset) }
      throw WireError.messageInvalid(
        "the method of a message is a string", "bad_method", (name ?? message).offset)
    }
    var reader = try MemberReader(params: parameters, of: message, limits: limits)
    return try Call(method, from: &reader)
  }
}
