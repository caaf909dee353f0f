import VaultClient
import VaultProtocol

extension OutputOptions {
  /// Prints the answers of several vaults as one array, that of a single one as an object. Where a host was
  /// named, it is the first member of each.
  func print<View>(hosted answers: [(host: HostName?, reply: Answer<View>)], single: Bool) throws {
    if answers.isEmpty { return }
    let texts = answers.map { Self.named($0.reply.json, $0.host) }
    try Console.print(bytes: single ? texts.joined() + [UInt8(ascii: "\n")] : Self.array(texts))
  }

  /// Prints the lists of several vaults as one array; nothing where none came, which is not an empty list.
  func print<Item>(lists: [(host: HostName?, reply: ListAnswer<Item>)]) throws {
    if lists.isEmpty { return }
    try Console.print(
      bytes: Self.array(
        lists.flatMap { list in list.reply.texts.map { Self.named($0, list.host) } }))
  }

  /// An object with the host in front. A host's name holds nothing that JSON escapes.
  static func named(_ object: [UInt8], _ host: HostName?) -> [UInt8] {
    guard let host, object.first == UInt8(ascii: "{") else { return object }
    let rest = object.dropFirst()
    let isEmpty = rest.first == UInt8(ascii: "}")
    return Array("{\"host\":\"\(host.text)\"\(isEmpty ? "" : ",")".utf8) + rest
  }
}
