package org.finetune.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Prints the results of JMH as a Markdown table, in milliseconds an image. */
public final class BenchmarkTable {
    /** Floating-point operations of the base at alpha 1.0 and 224 px: twice the 300 million multiply-adds. */
    private static final double BASE_OPERATIONS = 2 * 300e6;

    private BenchmarkTable() {}

    /**
     * Prints the table.
     *
     * @param arguments the file that JMH wrote
     */
    public static void main(String[] arguments) throws IOException {
        JsonNode results = new ObjectMapper().readTree(Path.of(arguments[0]).toFile());
        System.out.println("| work | alpha | px | batch | ms an image | ± |");
        System.out.println("|---|---|---|---|---|---|");
        double stock = 0;
        double fast = 0;
        double large = 0;
        double product = 0;
        for (JsonNode result : results) {
            String name = result.get("benchmark").asText().replaceFirst(".*\\.", "");
            JsonNode params = result.get("params");
            double score = result.at("/primaryMetric/score").doubleValue();
            if (name.equals("matrixProduct")) {
                product = 2 * Math.pow(params.get("size").asDouble(), 3) / score / 1e6;
                continue;
            }
            double batch = params.get("batch").asDouble();
            String network =
                    params.get("alpha").asText() + " | " + params.get("size").asText();
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %s | %.0f | %.3f | %.3f |%n",
                    name,
                    network,
                    batch,
                    score / batch,
                    result.at("/primaryMetric/scoreError").asDouble() / batch);
            if (network.equals("1.0 | 96") && name.equals("stockGraph")) {
                stock = score / batch;
            } else if (network.equals("1.0 | 96") && name.equals("frozenBase")) {
                fast = score / batch;
            } else if (network.equals("1.0 | 224") && name.equals("frozenBase")) {
                large = score / batch;
            }
        }
        System.out.println();
        if (stock > 0 && fast > 0) {
            System.out.printf(
                    Locale.ROOT,
                    "The frozen base at 96 px, alpha 1.0, is %.0f times as fast as the stock graph.%n",
                    stock / fast);
        }
        if (product > 0 && large > 0) {
            System.out.printf(
                    Locale.ROOT,
                    "At 224 px it does %.0f GFLOP/s, a matrix product of 2048 x 2048 %.0f.%n",
                    BASE_OPERATIONS / large / 1e6,
                    product);
        }
    }
}
