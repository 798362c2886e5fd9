/** Hashes and checksums of contents. */
package org.finetune.hash;
