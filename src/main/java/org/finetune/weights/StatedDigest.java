package org.finetune.weights;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The MD5 that Google's storage states of a file, in a header {@code x-goog-hash: crc32c=...,md5=...}. It tells whether a
 * file that came in several parts is the whole one; against forgery there is TLS.
 *
 * @param md5 the digest, or null if the server states none
 */
record StatedDigest(byte[] md5) {
    static final StatedDigest NONE = new StatedDigest(null);

    private static final Pattern MD5 = Pattern.compile("(?:^|,)\\s*md5=([A-Za-z0-9+/]{22}==)");

    static StatedDigest of(HttpHeaders headers) {
        Matcher stated = MD5.matcher(String.join(",", headers.allValues("x-goog-hash")));
        return stated.find() ? new StatedDigest(Base64.getDecoder().decode(stated.group(1))) : NONE;
    }

    /** Whether a file is the one of which the digest was stated, or none was. */
    boolean agreesWith(Path file) throws IOException {
        try {
            return md5 == null
                    || Arrays.equals(md5, MessageDigest.getInstance("MD5").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has MD5", e);
        }
    }
}
