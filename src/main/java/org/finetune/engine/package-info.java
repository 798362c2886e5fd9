/** The engine contract: what runs the frozen part of the network, and what trains the rest. */
package org.finetune.engine;
