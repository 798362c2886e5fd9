package org.finetune.hash;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 digests in lower-case hexadecimal. */
public final class Sha256 {
    private Sha256() {}

    /** The digest of some bytes: 64 hexadecimal digits. */
    public static String of(byte[] content) {
        return hex(newDigest().digest(content));
    }

    /** A digest to which bytes are added little by little. */
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** A digest as hexadecimal digits. */
    public static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
