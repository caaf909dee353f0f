import StrictJSON
import VaultClient

/// What a vault answered, as the JSON that it came in.
protocol HostedReply {
  /// Each object.
  var objects: [[UInt8]] { get }
}

extension Answer: HostedReply {
  var objects: [[UInt8]] { [json] }
}

extension ListAnswer: HostedReply {
  var objects: [[UInt8]] { texts }
}

extension HostedReply {
  /// Refuses an answer that names a host itself: behind ours, a program would take the second, and a vault
  /// could speak for another.
  /// - Throws: ``ClientFault/replyInvalid(_:)``.
  func requireNamelessObjects() throws {
    for object in objects {
      var reader = JSONReader()
      // Safety: the array's bytes are lent for the closure.
      let isNamed = try unsafe object.withUnsafeBytes { bytes in
        try unsafe reader.read(bytes) { document in
          try document.object().contains { key, _ in key == "host" }
        }
      }
      if isNamed { throw ClientFault.replyInvalid("no answer has a member host") }
    }
  }
}
