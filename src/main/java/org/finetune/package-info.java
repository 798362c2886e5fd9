/** Exit codes, and the failure that input or machine cause. */
package org.finetune;
