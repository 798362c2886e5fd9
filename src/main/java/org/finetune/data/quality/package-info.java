/**
 * What is to be known about a set of photos before training on it: duplicates, classes of different size, files that
 * cannot be used. {@link org.finetune.data.quality.DataReport} is the result,
 * {@link org.finetune.data.quality.DataReportJson} its form in files.
 */
package org.finetune.data.quality;
