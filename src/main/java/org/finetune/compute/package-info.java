/** What an engine is; starting ND4J on a backend. */
package org.finetune.compute;
