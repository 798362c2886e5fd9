package org.finetune.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.finetune.inference.ClassProbability;

/**
 * The forms of predictions, with the columns of {@code finetune predict} and one more, {@code error}: why a photo cannot be used.
 */
enum OutputFormat {
    /** Parquet, compressed with zstd; the classes of a photo are an array. */
    PARQUET("parquet"),
    /** Comma-separated values with a header (RFC 4180). */
    CSV("csv"),
    /** A JSON object a line. */
    JSONL("json");

    /** The column that is null for photos that could be used. */
    static final String ERROR = "error";

    private static final StructField PATH = DataTypes.createStructField("path", DataTypes.StringType, false);
    private static final StructField FAILURE = DataTypes.createStructField(ERROR, DataTypes.StringType, true);

    private final String source;

    OutputFormat(String source) {
        this.source = source;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The columns.
     *
     * @param top number of classes of each photo
     */
    StructType schema(int top) {
        List<StructField> fields = new ArrayList<>(List.of(PATH));
        if (this == CSV) {
            for (int rank = 1; rank <= top; rank++) {
                fields.add(DataTypes.createStructField("class_" + rank, DataTypes.StringType, true));
                fields.add(DataTypes.createStructField("probability_" + rank, DataTypes.FloatType, true));
            }
        } else {
            StructType candidate = DataTypes.createStructType(List.of(
                    DataTypes.createStructField("class", DataTypes.StringType, false),
                    DataTypes.createStructField("probability", DataTypes.FloatType, false)));
            fields.add(DataTypes.createStructField("classes", DataTypes.createArrayType(candidate, false), true));
        }
        fields.add(FAILURE);
        return DataTypes.createStructType(fields);
    }

    /** The row of a photo with its most probable classes. */
    Row row(String photo, List<ClassProbability> classes) {
        if (this == CSV) {
            List<Object> cells = new ArrayList<>(List.of(photo));
            classes.forEach(candidate -> cells.addAll(List.of(candidate.label(), candidate.probability())));
            cells.add(null);
            return RowFactory.create(cells.toArray());
        }
        Object[] candidates = classes.stream()
                .map(candidate -> RowFactory.create(candidate.label(), candidate.probability()))
                .toArray();
        return RowFactory.create(photo, candidates, null);
    }

    /**
     * The row of a photo that cannot be used.
     *
     * @param top number of classes of other photos
     */
    Row failed(String photo, int top, String reason) {
        Stream<Object> none = Stream.generate(() -> null).limit(this == CSV ? 2L * top : 1);
        return RowFactory.create(Stream.concat(Stream.concat(Stream.of(photo), none), Stream.of(reason))
                .toArray());
    }

    /** Writes rows into a directory that is not there yet, a file for each partition. */
    void write(Dataset<Row> rows, String directory) {
        DataFrameWriter<Row> writer = rows.write().format(source);
        switch (this) {
            case PARQUET -> writer.option("compression", "zstd");
            case CSV -> writer.option("header", true)
                    .option("escape", "\"")
                    .option("emptyValue", "")
                    .option("ignoreLeadingWhiteSpace", false)
                    .option("ignoreTrailingWhiteSpace", false);
            case JSONL -> {}
        }
        writer.save(directory);
    }

    /** Reads what was written into the directories below one. */
    Dataset<Row> read(SparkSession spark, String directory, int top) {
        DataFrameReader reader = spark.read().format(source).schema(schema(top));
        if (this == CSV) {
            reader.option("header", true).option("escape", "\"").option("multiLine", true);
        }
        return reader.load(directory);
    }
}
