package org.finetune.tune;

/**
 * Is notified of trials on one of several devices, and tells a listener for all of them what matters to the sweep, one at a time: which
 * trials begin and end, what is to be warned of, and, of one device, the facts.
 */
final class ConcurrentTrials implements SweepListener {
    private final SweepListener all;
    private final boolean facts;

    /**
     * Listens to the trials of a device.
     *
     * @param all the same object for all devices
     * @param facts whether it is told the facts, too
     */
    ConcurrentTrials(SweepListener all, boolean facts) {
        this.all = all;
        this.facts = facts;
    }

    @Override
    public void trialStarted(int number, int planned, Combination combination) {
        synchronized (all) {
            all.trialStarted(number, planned, combination);
        }
    }

    @Override
    public void trialFinished(TrialResult result, int planned, boolean best) {
        synchronized (all) {
            all.trialFinished(result, planned, best);
        }
    }

    @Override
    public void info(String message) {
        if (facts) {
            synchronized (all) {
                all.info(message);
            }
        }
    }

    @Override
    public void fact(String label, String text) {
        if (facts) {
            synchronized (all) {
                all.fact(label, text);
            }
        }
    }

    @Override
    public void warning(String message) {
        synchronized (all) {
            all.warning(message);
        }
    }
}
