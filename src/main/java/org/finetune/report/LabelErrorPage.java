package org.finetune.report;

import java.util.List;

/**
 * What the page of {@code check --labels} shows, for the template.
 *
 * @param title name of the data
 * @param date when it was made
 * @param photos number of photos that were checked
 * @param suspects number of photos whose labels are doubtful
 * @param estimated about how many of these labels are wrong
 * @param cards those that are shown, the most doubtful first
 */
record LabelErrorPage(String title, String date, int photos, int suspects, int estimated, List<Card> cards) {

    /**
     * A photo whose label is doubtful.
     *
     * @param rank its place in the list, from 1
     * @param file its path below the data
     * @param image the photo as a {@code data:} address, or "" if it can no longer be read
     * @param given the class that it is said to be of
     * @param likely the class that it is more likely of
     */
    record Card(
            int rank,
            String file,
            String image,
            String given,
            double givenProbability,
            String likely,
            double likelyProbability) {}
}
