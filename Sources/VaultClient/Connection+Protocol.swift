import StrictJSON
import VaultProtocol

extension Connection {
  /// The fault behind an error where it is that the daemon speaks a newer protocol than this client; nil
  /// where it is not.
  ///
  /// Asked only once something was not understood: a call costs one answer, not two.
  func newerProtocol(behind error: any Error) -> ClientFault? {
    guard Self.mayBeNews(error) else { return nil }
    // Safety: the line is not touched.
    let spoken = try? unsafe exchangeOnce(
      .serverStatus, WaitDeadline(secondsFromNow: 2)
    ) {
      value, _ in try ProtocolView(value).version
    }
    guard let spoken, spoken > StatusView.spoken else { return nil }
    return .protocolNewer(daemon: spoken, client: StatusView.spoken)
  }

  private static func mayBeNews(_ error: any Error) -> Bool {
    switch error {
    case let error as WireError:
      [.methodUnknown, .messageInvalid, .paramsInvalid].contains(error.known)
    case ClientFault.replyInvalid: true
    default: false
    }
  }
}

/// The one member of a status that stays what it is in each version of the protocol.
private struct ProtocolView {
  let version: Int64

  init(_ value: JSONValue) throws {
    var object = try value.object()
    version = try object.required("protocol").integer()
  }
}
