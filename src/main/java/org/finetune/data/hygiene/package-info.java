/**
 * What is to be known about a set of photos before training on it: duplicates, classes of different size, files that
 * cannot be used. {@link org.finetune.data.hygiene.DataReport} is the result,
 * {@link org.finetune.data.hygiene.DataReportJson} its form in files.
 */
package org.finetune.data.hygiene;
