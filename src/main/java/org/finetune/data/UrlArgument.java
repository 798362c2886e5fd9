package org.finetune.data;

import java.util.Locale;
import java.util.regex.Pattern;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/** Tells URLs from paths, for those who name one where photos are wanted. */
public final class UrlArgument {
    private static final Pattern URL = Pattern.compile("(?:https?|ftp|file|s3|gs|data):.*");
    /** How a URL of an object store begins. */
    private static final Pattern BUCKET = Pattern.compile("(?i)(?:s3|gs):");
    /** How a URL begins that was made a path, which has one slash for two. */
    private static final Pattern LOST_SLASH = Pattern.compile("^(\\w+:/)(?!/)");

    private UrlArgument() {}

    /** Whether a text, which is not the path of a file, is a URL. */
    public static boolean isUrl(String text) {
        return URL.matcher(text.toLowerCase(Locale.ROOT)).matches();
    }

    /**
     * Checks that a text, which is not the path of a file, is not a URL either.
     *
     * @throws FinetuneException with {@link ExitCode#USAGE} if it is one
     */
    static void refuse(String text) {
        if (isUrl(text)) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "'" + LOST_SLASH.matcher(text).replaceFirst("$1/") + "' is a URL, and URLs are not supported; "
                            + (BUCKET.matcher(text).lookingAt()
                                    ? "mount the bucket, for example with 'rclone mount', and give the directory."
                                    : "download it and give the file or directory."));
        }
    }
}
