/** The models that are served: found by name, reloaded while requests go on, and run on the images of requests. */
package org.finetune.serve.model;
