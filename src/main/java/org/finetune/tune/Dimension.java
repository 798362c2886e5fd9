package org.finetune.tune;

import java.util.List;
import java.util.SplittableRandom;
import org.finetune.settings.Setting;

/** A setting with the values of it that are to be tried, each written as a user would. */
sealed interface Dimension {

    Setting<?> setting();

    /**
     * The values for a grid.
     *
     * @throws IllegalArgumentException if there are more than can be listed; the message says what to do
     */
    List<String> values();

    /** One of the values at random. */
    String draw(SplittableRandom random);

    /**
     * Some values.
     *
     * @param values at least one
     */
    record Choice(Setting<?> setting, List<String> values) implements Dimension {

        @Override
        public String draw(SplittableRandom random) {
            return values.get(random.nextInt(values.size()));
        }
    }

    /**
     * All numbers of a range, drawn uniformly from it, or uniformly from its logarithms.
     *
     * @param text the range as it was written
     */
    record Range(Setting<?> setting, String text, NumberRange numbers) implements Dimension {

        @Override
        public List<String> values() {
            throw new IllegalArgumentException("--try " + setting + "=" + text
                    + " is a range without a number of values; add one, such as " + setting + "=" + text
                    + ":5, or draw from it with --random N");
        }

        @Override
        public String draw(SplittableRandom random) {
            return numbers.at(random.nextDouble());
        }
    }
}
