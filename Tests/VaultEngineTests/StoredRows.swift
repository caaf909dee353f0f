import VaultCore
import VaultStore

@testable import VaultEngine

/// Rows as the database has them, by the names of their columns.
extension Store {
  func environments(limit: Int) throws -> [SealedRow] {
    try page(.environment, after: [.integer(0)], limit: limit)
  }

  func secrets(environment: Int64, limit: Int) throws -> [SealedRow] {
    try page(.secret, after: [.integer(environment), .text("")], limit: limit)
  }

  func variables(environment: Int64, limit: Int) throws -> [SealedRow] {
    try page(.variable, after: [.integer(environment), .text("")], limit: limit)
  }

  func versions(environment: Int64, name: String, limit: Int) throws -> [SealedRow] {
    let key: [ColumnValue] = [.integer(environment), .text(name), .integer(0)]
    return try page(.version, after: key, limit: limit)
  }
}

/// From a row to the value that the engine reads in it.
extension SealedRows {
  func verify(environment row: SealedRow) throws -> Verified<Environment> {
    try environments.verify(row)
  }

  func verify(secret row: SealedRow) throws -> Verified<Secret> { try secrets.verify(row) }

  func verify(variable row: SealedRow) throws -> Verified<Variable> { try variables.verify(row) }

  func verify(version row: SealedRow) throws -> (SecretVersion, Verified<SecretVersion>) {
    let verified = try versions.verify(row)
    return (verified.value, verified)
  }

  func verify(request row: SealedRow) throws -> Verified<AccessRequest> {
    try requests.verify(row)
  }
}
