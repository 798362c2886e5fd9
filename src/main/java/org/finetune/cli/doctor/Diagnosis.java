package org.finetune.cli.doctor;

import java.util.Locale;

/**
 * What an examination of the machine has found.
 *
 * @param status whether it is good
 * @param subject what was examined, in a word or two
 * @param text what was found
 * @param remedy what to do, or "" if nothing has to be done
 */
public record Diagnosis(Status status, String subject, String text, String remedy) {

    /** Whether a finding is good. */
    public enum Status {
        OK,
        /** Finetune works, but less well or not in every case. */
        WARN,
        /** Finetune cannot work. */
        BAD;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Diagnosis ok(String subject, String text) {
        return new Diagnosis(Status.OK, subject, text, "");
    }

    static Diagnosis warn(String subject, String text, String remedy) {
        return new Diagnosis(Status.WARN, subject, text, remedy);
    }

    static Diagnosis bad(String subject, String text, String remedy) {
        return new Diagnosis(Status.BAD, subject, text, remedy);
    }
}
