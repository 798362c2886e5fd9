/** What {@code scripts/attack} does: commands are killed, and given damaged files and too little memory, at random. */
package org.finetune.cli.attack;
