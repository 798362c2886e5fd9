/** The run directory and its lock, files written whole or not at all, CSV, the log, interruption. */
package org.finetune.run;
