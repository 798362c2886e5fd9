/** What is answered at which path: the protocols, the page, health and metrics. */
package org.finetune.serve.endpoint;
