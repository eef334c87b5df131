package dev.minsight.sdk;

/**
 * The key that verifies the server's tokens.
 *
 * @param publicKey PEM
 * @param algorithm {@code ES256}
 */
@WireRecord
public record PublicKey(String publicKey, String algorithm) {}
