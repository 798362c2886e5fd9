/**
 * {@code report.html} of a run and the page of {@code compare}: what they show, for the templates in {@code
 * src/main/jte}.
 */
package org.finetune.report;
