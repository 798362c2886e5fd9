package org.finetune.data.decode;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Files of small images. */
public final class EncodedImages {
    /** Lossless, 40 x 30, red at half opacity. */
    private static final String TRANSPARENT_WEBP = "UklGRhwAAABXRUJQVlA4TA8AAAAvJ0AHEAcQ/Y8CBiKi/wEA";

    /** Lossless, 40 x 30, two frames: red, then green. */
    private static final String ANIMATED_WEBP = "UklGRoQAAABXRUJQVlA4WAoAAAACAAAAJwAAHQAAQU5JTQYAAAAAAAAAAABBTk1GKAAA"
            + "AAAAAAAAACcAAB0AAAAAAAJWUDhMDwAAAC8nQAcABxD9j/4HIqL/AQBBTk1GKAAAAAAAAAAAACcAAB0AAAAAAABWUDhMDwAAAC8nQAcA"
            + "B1DAiP4HIqL/AQA=";

    /** The smooth image of 70 x 46, in tiles, by heif-enc 1.15 at quality 70; as are the others. */
    private static final String HEIC =
            "AAAAGGZ0eXBoZWljAAAAAG1pZjFoZWljAAABrm1ldGEAAAAAAAAAIWhkbHIAAAAAAAAAAHBpY3QAAAAAAAAAAAAAAAAAAAAADnBpdG0A"
                    + "AAAAAAIAAAAQaWRhdAAAAAAARgAuAAAAOGlsb2MBAAAAREAAAgABAAAAAAAAAc4AAQAAAAAAAAFmAAIAAQAAAAAAAAABAAAAAAAAAAgA"
                    + "AAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAQABAABodmMxAAAAABVpbmZlAgAAAAACAABncmlkAAAAANlpcHJwAAAAt2lwY28AAAB3aHZj"
                    + "QwEDcAAAAAAAAAAAAB7wAPz9+PgAAA8DIAABABhAAQwB//8DcAAAAwCQAAADAAADAB66AkAhAAEAK0IBAQNwAAADAJAAAAMAAAMAHqAk"
                    + "gQdeW6uSmubgQEDAgAAAAwCAAAADAIQiAAEABkQBwXPBiQAAABRpc3BlAAAAAAAAAEYAAABAAAAAFGlzcGUAAAAAAAAARgAAAC4AAAAQ"
                    + "cGl4aQAAAAADCAgIAAAAGmlwbWEAAAAAAAAAAgABAoECAAICA4QAAAAaaXJlZgAAAAAAAAAOZGltZwACAAEAAQAAAW5tZGF0AAABYigB"
                    + "rw7Qi1hX5H7vE6ErvRVxCcEpFpHRXEvrVwFzW+KmEuXwC6sQVLweJO7Bla9uhbXW73gWGSg5ea/K30HDjXX2wt3jpYaz0LuIwMpihELQ"
                    + "hQsiCdzrpL/nt9KujpKp2b/J6G2ucOnT2oxyPjs1NwySSqNYTqb4J3zlAUJPYYJdSfmE1sOlwtWeIohtiTaCmolh7k5nHLo/8Ji5l5ZT"
                    + "2yvBaPlDVFq9+VvWGQ2Pbb9RA6hUaRAkReUrPVqHvaBInx1glZMqRnqEsjo14MAa0Qg8PZ5I/gN/fIftb4eoXWcIM8qRchKiS3vXj+vA"
                    + "1kyu9Jd+LcagsZII/J3IExaKPlLfwVhTbYuhpJf2gnf65Qs7zqpODcilFzeJ8r6MKtYGkyfe+mdk2QBQBnFnQ2/UVmne/o/v2ZZ45bn1"
                    + "kATvtltheF2Nu2zsYvb/BZtXKNWACaOYeX4GutML5KXdXx9dwZcB/A==";

    /** The same turned by its file, to the left. */
    private static final String TURNED_HEIC =
            "AAAAGGZ0eXBoZWljAAAAAG1pZjFoZWljAAABuG1ldGEAAAAAAAAAIWhkbHIAAAAAAAAAAHBpY3QAAAAAAAAAAAAAAAAAAAAADnBpdG0A"
                    + "AAAAAAIAAAAQaWRhdAAAAAAARgAuAAAAOGlsb2MBAAAAREAAAgABAAAAAAAAAdgAAQAAAAAAAAFmAAIAAQAAAAAAAAABAAAAAAAAAAgA"
                    + "AAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAQABAABodmMxAAAAABVpbmZlAgAAAAACAABncmlkAAAAAONpcHJwAAAAwGlwY28AAAB3aHZj"
                    + "QwEDcAAAAAAAAAAAAB7wAPz9+PgAAA8DIAABABhAAQwB//8DcAAAAwCQAAADAAADAB66AkAhAAEAK0IBAQNwAAADAJAAAAMAAAMAHqAk"
                    + "gQdeW6uSmubgQEDAgAAAAwCAAAADAIQiAAEABkQBwXPBiQAAABRpc3BlAAAAAAAAAEYAAABAAAAAFGlzcGUAAAAAAAAARgAAAC4AAAAQ"
                    + "cGl4aQAAAAADCAgIAAAACWlyb3QBAAAAG2lwbWEAAAAAAAAAAgABAoECAAIDA4SFAAAAGmlyZWYAAAAAAAAADmRpbWcAAgABAAEAAAFu"
                    + "bWRhdAAAAWIoAa8O0ItYV+R+7xOhK70VcQnBKRaR0VxL61cBc1viphLl8AurEFS8HiTuwZWvboW11u94FhkoOXmvyt9Bw4119sLd46WG"
                    + "s9C7iMDKYoRC0IULIgnc66S/57fSro6Sqdm/yehtrnDp09qMcj47NTcMkkqjWE6m+Cd85QFCT2GCXUn5hNbDpcLVniKIbYk2gpqJYe5O"
                    + "Zxy6P/CYuZeWU9srwWj5Q1Ravflb1hkNj22/UQOoVGkQJEXlKz1ah72gSJ8dYJWTKkZ6hLI6NeDAGtEIPD2eSP4Df3yH7W+HqF1nCDPK"
                    + "kXISokt714/rwNZMrvSXfi3GoLGSCPydyBMWij5S38FYU22LoaSX9oJ3+uULO86qTg3IpRc3ifK+jCrWBpMn3vpnZNkAUAZxZ0Nv1FZp"
                    + "3v6P79mWeOW59ZAE77ZbYXhdjbts7GL2/wWbVyjVgAmjmHl+BrrTC+Sl3V8fXcGXAfw=";

    private static final String AVIF =
            "AAAAHGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZgAAAOptZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5w"
                    + "aXRtAAAAAAABAAAAImlsb2MAAAAAREAAAQABAAAAAAEOAAEAAAAAAAAAfwAAACNpaW5mAAAAAAABAAAAFWluZmUCAAAAAAEAAGF2MDEA"
                    + "AAAAamlwcnAAAABLaXBjbwAAABNjb2xybmNseAACAAIABoAAAAAMYXYxQ4EADAAAAAAUaXNwZQAAAAAAAABGAAAALgAAABBwaXhpAAAA"
                    + "AAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgYIDhAAAAIdtZGF0EgAKCRgZYtrBAgIGhDJwEmACCCCCAL/sdP53SVXJ0xT+KbXZrCj7RP7y"
                    + "pS9bV6GmCjnSTstpNs0VpPFYxkd9Zpo4IekG/nmYL41I9bMY/IxeRmiPbjMOC5mZtmDPypsJeP880UxqAsu1zRdOusJYPPJC17y3abZN"
                    + "e9cT8WsKgA==";

    /** The same with a transparent left half. */
    private static final String TRANSPARENT_AVIF =
            "AAAAHGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZgAAAZhtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5w"
                    + "aXRtAAAAAAABAAAANGlsb2MAAAAAREAAAgACAAAAAAG8AAEAAAAAAAAAJQABAAAAAAHhAAEAAAAAAAAAfwAAADhpaW5mAAAAAAACAAAA"
                    + "FWluZmUCAAAAAAEAAGF2MDEAAAAAFWluZmUCAAAAAAIAAGF2MDEAAAAA12lwcnAAAACxaXBjbwAAABNjb2xybmNseAACAAIABoAAAAAM"
                    + "YXYxQ4EAHAAAAAAUaXNwZQAAAAAAAABGAAAALgAAAA5waXhpAAAAAAEIAAAAOGF1eEMAAAAAdXJuOm1wZWc6bXBlZ0I6Y2ljcDpzeXN0"
                    + "ZW1zOmF1eGlsaWFyeTphbHBoYQAAAAAMYXYxQ4EADAAAAAAUaXNwZQAAAAAAAABGAAAALgAAABBwaXhpAAAAAAMICAgAAAAeaXBtYQAA"
                    + "AAAAAAACAAEEgYYHiAACBIIDhIUAAAAaaXJlZgAAAAAAAAAOYXV4bAACAAEAAQAAAKxtZGF0EgAKBhgZYtrCoDIZRJgCCCi0kRt1d8RC"
                    + "ZXZdyCxgScKIOjeixBIACgkYGWLawQICBoQycBJgAgggggC/7HT+d0lVydMU/im12awo+0T+8qUvW1ehpgo50k7LaTbNFaTxWMZHfWaa"
                    + "OCHpBv55mC+NSPWzGPyMXkZoj24zDguZmbZgz8qbCXj/PNFMagLLtc0XTrrCWDzyQte8t2m2TXvXE/FrCoA=";

    private EncodedImages() {}

    /** A HEIC file. */
    public static byte[] heic() {
        return Base64.getDecoder().decode(HEIC);
    }

    static byte[] turnedHeic() {
        return Base64.getDecoder().decode(TURNED_HEIC);
    }

    static byte[] avif() {
        return Base64.getDecoder().decode(AVIF);
    }

    static byte[] transparentAvif() {
        return Base64.getDecoder().decode(TRANSPARENT_AVIF);
    }

    static byte[] transparentWebp() {
        return Base64.getDecoder().decode(TRANSPARENT_WEBP);
    }

    static byte[] animatedWebp() {
        return Base64.getDecoder().decode(ANIMATED_WEBP);
    }

    /** An image without edges, which a lossy format changes little. */
    static byte[] smooth(int width, int height, String format) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int level = (int) (127 + 120 * Math.sin(x / 17.0) * Math.cos(y / 23.0));
                image.setRGB(x, y, level << 16 | (255 - level) << 8 | level / 2);
            }
        }
        return encode(image, format);
    }

    /** Such an image as a TIFF file. */
    static byte[] tiff(int width, int height, String compression) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(smooth(width, height, "png")));
        return write(image, "tiff", options -> {
            options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            options.setCompressionType(compression);
        });
    }

    /** A JPEG file of several scans, most of which have a single component. */
    static byte[] progressive(BufferedImage image) throws IOException {
        return write(image, "jpg", options -> options.setProgressiveMode(ImageWriteParam.MODE_DEFAULT));
    }

    private static byte[] write(BufferedImage image, String format, Consumer<ImageWriteParam> setting)
            throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ImageWriteParam options = writer.getDefaultWriteParam();
        setting.accept(options);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), options);
        } finally {
            writer.dispose();
        }
        return file.toByteArray();
    }

    static byte[] encode(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(image, format, out));
        return out.toByteArray();
    }

    /** Where a marker of a JPEG file is. */
    static int marker(byte[] jpeg, int marker) {
        return IntStream.range(0, jpeg.length - 1)
                .filter(i -> jpeg[i] == (byte) 0xff && jpeg[i + 1] == (byte) marker)
                .findFirst()
                .orElseThrow();
    }
}
