/** What the terminal can show: width, colours, bars, plots. */
package org.finetune.cli.terminal;
