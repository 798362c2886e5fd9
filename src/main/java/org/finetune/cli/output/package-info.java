/** What commands print: the console, tables, reports, progress and predictions. */
package org.finetune.cli.output;
