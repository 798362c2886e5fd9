/** The two-phase recipe, from a folder of photos to a run directory. */
package org.finetune.train;
