/** Combinations of settings, trials and their ranking; learning-rate range tests. */
package org.finetune.tune;
