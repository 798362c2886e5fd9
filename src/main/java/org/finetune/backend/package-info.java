/** Choosing and starting ND4J: backends, devices, threads and memory. */
package org.finetune.backend;
