/**
 * What the server's endpoints share of HTTP: bodies within limits, responses, failures, who may ask, what is counted and
 * logged.
 */
package org.finetune.serve.http;
