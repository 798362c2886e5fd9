package org.finetune.data;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/**
 * How many photos may be unusable.
 *
 * @param strict whether none may
 * @param maxFraction largest share that may, in [0, 1]
 */
public record BadPhotoPolicy(boolean strict, double maxFraction) {

    /**
     * Whether bad photos are too many.
     *
     * @param tried number of photos that were tried, the bad ones included
     */
    public boolean isExceeded(long bad, long tried) {
        return strict ? bad > 0 : bad > maxFraction * tried;
    }

    /**
     * Checks the photos that could not be used.
     *
     * @param tried number of photos that were tried, the bad ones included
     * @throws FinetuneException with {@link ExitCode#DATA} if they are too many
     */
    public void check(BadPhotoCount bad, long tried) {
        if (!isExceeded(bad.count(), tried)) {
            return;
        }
        BadPhoto one = bad.first().orElseThrow();
        if (bad.areAbsent()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "No such file: '" + one.id() + "'"
                            + (bad.count() == 1 ? "" : ", nor are there " + (bad.count() - 1) + " others")
                            + "; check the spelling.");
        }
        String first = "'" + one.id() + "' (" + one.reason() + ")";
        if (strict) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "The photo " + first + " is unusable, and --strict allows none; remove it or omit --strict.");
        }
        if (bad.count() == tried) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    (tried == 1
                                    ? "The photo " + first + " is unusable; repair it"
                                    : "None of the " + tried + " photos are usable, such as " + first + "; repair them")
                            + " or name another.");
        }
        throw new FinetuneException(
                ExitCode.DATA,
                bad.count() + " of " + tried
                        + (bad.count() == 1
                                ? " photos is unusable, " + first + "; repair or remove it"
                                : " photos are unusable, such as " + first + "; repair or remove them")
                        + ", or raise --max-bad-fraction to " + allowing(bad.count(), tried) + ".");
    }

    /** The smallest share of three decimals that allows so many. */
    private static String allowing(long bad, long tried) {
        return BigDecimal.valueOf(bad)
                .divide(BigDecimal.valueOf(tried), 3, RoundingMode.CEILING)
                .stripTrailingZeros()
                .toPlainString();
    }
}
