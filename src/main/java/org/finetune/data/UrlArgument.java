package org.finetune.data;

import java.util.Locale;
import java.util.regex.Pattern;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/** Tells URLs from paths, for those who name one where photos are wanted. */
public final class UrlArgument {
    /** A scheme has two letters at least, so that it is no drive of Windows. */
    private static final Pattern URL = Pattern.compile("(?:data:|[a-z][a-z0-9+.-]+:/).*");
    /** How a URL of an object store begins. */
    private static final Pattern BUCKET = Pattern.compile("(?i)(?:s3[an]?|gs|az|abfss?|wasbs?|b2|oss|swift):");
    /** How a URL begins that was made a path, which has one slash for two. */
    private static final Pattern LOST_SLASH = Pattern.compile("^([\\w+.-]+:/)(?!/)");
    /** A user in a URL, and a password, which may have any character if it is not escaped. */
    private static final Pattern USER = Pattern.compile("^([\\w+.-]+://)(?:[^@/]*|[^@/]*:.*)@");
    /** What may be a signature. */
    private static final Pattern QUERY = Pattern.compile("\\?.*");

    private UrlArgument() {}

    /** Whether a text, which is not the path of a file, is a URL. */
    public static boolean isUrl(String text) {
        return URL.matcher(text.toLowerCase(Locale.ROOT)).matches();
    }

    /** A text to show that may be a URL: as it is, but without what in a URL may be secret. */
    public static String withoutSecrets(String text) {
        if (!isUrl(text)) {
            return text;
        }
        String url = LOST_SLASH.matcher(text).replaceFirst("$1/");
        return QUERY.matcher(USER.matcher(url).replaceFirst("$1")).replaceFirst("");
    }

    /**
     * Checks that a text, which is not the path of a file, is not a URL either.
     *
     * @throws FinetuneException with {@link ExitCode#USAGE} if it is one
     */
    public static void refuse(String text) {
        if (isUrl(text)) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "'" + withoutSecrets(text) + "' is a URL, and URLs are not supported; "
                            + (BUCKET.matcher(text).lookingAt()
                                    ? "mount the bucket, for example with 'rclone mount' as docs/photos.md shows, and give "
                                            + "the directory."
                                    : "download it and give the file or directory."));
        }
    }
}
