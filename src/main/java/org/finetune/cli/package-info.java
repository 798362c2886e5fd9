/** The commands, their options, and what they print. */
package org.finetune.cli;
