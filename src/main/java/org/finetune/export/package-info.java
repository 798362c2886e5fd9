/** Saved models as files of other programs, each proven on photos before it appears. */
package org.finetune.export;
