/** Rows of Parquet files with a photo in each. */
package org.finetune.data.archive.parquet;
