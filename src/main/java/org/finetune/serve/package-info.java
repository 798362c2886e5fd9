/** A server that classifies the images of HTTP requests. */
package org.finetune.serve;
