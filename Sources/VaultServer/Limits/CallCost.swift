import NIOCore
import VaultProtocol

/// What a call takes of its caller's part.
enum CallCost: Hashable {
  /// A value leaves, and a record of it stays.
  case release
  /// Something stays: a request, a version, an edit. One for each KiB that it brings.
  case change(Int)
  /// Nothing stays.
  case nothing

  /// The cost of a call whose line has so many bytes.
  ///
  /// What ends something costs nothing, since it must always be possible and there is no more of it than
  /// was begun: closing, cancelling, rejecting, revoking, disabling.
  init(_ call: Call, lineBytes: Int) {
    switch call {
    case .secretGet, .grantRead: self = .release
    case .requestCreate, .environmentCreate, .environmentUpdate, .variableSet:
      self = .change(1 + lineBytes / 1_024)
    case .secretSet, .secretImport, .secretCreate, .secretEnable, .secretRollback, .secretDestroy,
      .secretDelete,
      .variableDelete,
      .environmentDelete, .principalRemove:
      self = .change(1)
    default: self = .nothing
    }
  }
}

extension Call {
  /// How many calls it is worth in the daemon's time: a list reads many rows.
  var weight: Double {
    switch self {
    case .environmentList, .secretList, .secretVersions, .variableList, .requestList, .principalGet,
      .auditList, .eventsSubscribe:
      10
    case .auditVerify: 100
    default: 1
    }
  }
}
