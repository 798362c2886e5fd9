/** Plots as SVG and PNG. */
package org.finetune.report.plot;
