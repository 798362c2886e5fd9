package org.finetune.data;

import java.util.List;
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
    public boolean isExceeded(int bad, long tried) {
        return strict ? bad > 0 : bad > maxFraction * tried;
    }

    /**
     * Checks the photos that could not be used.
     *
     * @param tried number of photos that were tried, the bad ones included
     * @throws FinetuneException with {@link ExitCode#DATA} if they are too many
     */
    public void check(List<BadPhoto> bad, long tried) {
        if (!isExceeded(bad.size(), tried)) {
            return;
        }
        if (bad.stream().allMatch(BadPhoto::isAbsent)) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "No such file: '" + bad.get(0).id() + "'"
                            + (bad.size() == 1 ? "" : ", nor are there " + (bad.size() - 1) + " others")
                            + "; check the spelling.");
        }
        String first = "'" + bad.get(0).id() + "' (" + bad.get(0).reason() + ")";
        if (strict) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "The photo " + first + " is unusable, and --strict allows none; remove it or omit --strict.");
        }
        if (bad.size() == tried) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    (tried == 1
                                    ? "The photo " + first + " is unusable; repair it"
                                    : "None of the " + tried + " photos are usable, such as " + first + "; repair them")
                            + " or name another.");
        }
        throw new FinetuneException(
                ExitCode.DATA,
                bad.size() + " of " + tried + " photos are unusable, such as " + first
                        + "; repair or remove them, or raise --max-bad-fraction above " + maxFraction + ".");
    }
}
