/// Every statement that runs more than once, so that each is prepared once a connection.
enum Query: Int, CaseIterable {
  case begin, beginSnapshot, commit, rollback, dataVersion

  case environmentPut, environmentByID, environmentByName, environmentPage, environmentLive
  case environmentCount, environmentDelete
  case secretPut, secretByName, secretPage, secretCount, secretLive, secretDelete
  case variablePut, variableByName, variablePage, variableCount, variableLive, variableDelete
  case versionPut, versionUpdate, versionByNumber, versionWithRecord, versionPage, versionPageLike
  case versionCount, versionLength, versionLive, versionDelete
  case requestPut, requestUpdate, requestByID, requestPageLive
  case requestPageDown, requestPageDownOf, requestLive, requestDelete
  case readerPut, readerPage, readerCount

  case headPut, head
  case metaInsert, meta
  case wrapPut, wrap, wraps, wrapsDelete
  case auditAppend, auditFrom, auditLast
  case signaturePut, signature

  var sql: String {
    switch self {
    // IMMEDIATE takes the writer's lock at once, so that no statement inside can find it taken.
    case .begin: "BEGIN IMMEDIATE"
    case .beginSnapshot: "BEGIN DEFERRED"
    case .commit: "COMMIT"
    case .rollback: "ROLLBACK"
    case .dataVersion: "PRAGMA data_version"
    case .environmentPut, .environmentByID, .environmentByName, .environmentPage, .environmentLive,
      .environmentCount, .environmentDelete:
      environmentSQL
    case .secretPut, .secretByName, .secretPage, .secretCount, .secretLive, .secretDelete:
      secretSQL
    case .variablePut, .variableByName, .variablePage, .variableCount, .variableLive,
      .variableDelete:
      variableSQL
    case .versionPut, .versionUpdate, .versionByNumber, .versionWithRecord, .versionPage,
      .versionPageLike, .versionCount, .versionLength, .versionLive, .versionDelete:
      versionSQL
    case .requestPut, .requestUpdate, .requestByID, .requestPageLive, .requestPageDown,
      .requestPageDownOf, .requestLive, .requestDelete:
      requestSQL
    case .readerPut, .readerPage, .readerCount: readerSQL
    default: vaultSQL
    }
  }
}
