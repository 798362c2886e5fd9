/** Loading the native libraries that Java's libraries bring along. */
package org.finetune.backend.natives;
