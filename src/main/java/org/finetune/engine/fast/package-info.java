/** The engine that is normally used: plans of ND4J operations with folded batch normalization. */
package org.finetune.engine.fast;
