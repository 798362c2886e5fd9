/** The commands, their options and usage errors. */
package org.finetune.cli;
