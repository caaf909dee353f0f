extension AccessRequest {
  /// The bytes whose SHA-256 is the digest: everything that a reviewer approves, length-prefixed, so
  /// that no two different requests encode alike (`what-was-approved`).
  ///
  /// Order: format, vault id, request id, environment id, gate revision, secrets with versions,
  /// requester, context, verified claims (a count of 0 until there are any), and of a request for a unit what it is
  /// for.
  public func digestInput(vault: [UInt8]) -> [UInt8] {
    var encoder = CanonicalEncoder()
    encoder.text("envgate/1/request")
    encoder.bytes(vault)
    encoder.integer(id)
    encoder.integer(environment)
    encoder.integer(gateRevision)
    encoder.list(secrets) { encoder, secret in
      encoder.text(secret.name.text)
      encoder.integer(secret.version)
    }
    requester.encode(into: &encoder)
    context.encode(into: &encoder)
    encoder.count(0)
    standing?.encode(into: &encoder)
    return encoder.output
  }
}
