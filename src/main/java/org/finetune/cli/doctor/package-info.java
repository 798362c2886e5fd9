/** Examines the machine for {@code finetune doctor}. */
package org.finetune.cli.doctor;
