package org.finetune.data.archive.parquet;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;

/**
 * A column of values that are no groups.
 *
 * @param path its name, after the names of the groups that it is in
 * @param descriptor its type, and how often and whether it has a value in a row
 * @param text whether its values are texts
 */
record Column(List<String> path, ColumnDescriptor descriptor, boolean text) {
    private static final int MOST_GROUPS = 64;

    /** Walks through the groups of a schema, which is a list of them and what is in them. */
    private static final class Walk {
        private final Iterator<SchemaElement> elements;
        private final List<Column> columns = new ArrayList<>();

        Walk(List<SchemaElement> schema) {
            elements = schema.iterator();
        }

        List<Column> all() {
            children(elements.next(), List.of(), 0, 0);
            return columns;
        }

        private void children(SchemaElement group, List<String> above, int repetition, int definition) {
            if (above.size() > MOST_GROUPS) {
                throw new IllegalArgumentException("groups in groups");
            }
            for (int i = 0; i < group.getNum_children(); i++) {
                SchemaElement element = elements.next();
                FieldRepetitionType often = element.getRepetition_type();
                List<String> path = new ArrayList<>(above);
                path.add(element.getName());
                int repetitionInside = repetition + (often == FieldRepetitionType.REPEATED ? 1 : 0);
                int definitionInside = definition + (often == FieldRepetitionType.REQUIRED ? 0 : 1);
                if (element.isSetType()) {
                    ColumnDescriptor descriptor = new ColumnDescriptor(
                            path.toArray(String[]::new), type(element), repetitionInside, definitionInside);
                    columns.add(new Column(path, descriptor, isText(element)));
                } else {
                    children(element, path, repetitionInside, definitionInside);
                }
            }
        }

        private static PrimitiveType type(SchemaElement element) {
            Type type = element.getType();
            return new PrimitiveType(
                    Repetition.valueOf(element.getRepetition_type().name()),
                    type == Type.BYTE_ARRAY ? PrimitiveTypeName.BINARY : PrimitiveTypeName.valueOf(type.name()),
                    element.getType_length(),
                    element.getName());
        }

        private static boolean isText(SchemaElement element) {
            ConvertedType converted = element.getConverted_type();
            return converted == ConvertedType.UTF8
                    || converted == ConvertedType.ENUM
                    || element.isSetLogicalType()
                            && (element.getLogicalType().isSetSTRING()
                                    || element.getLogicalType().isSetENUM());
        }
    }

    Column {
        path = List.copyOf(path);
    }

    /** The columns of a file. */
    static List<Column> all(List<SchemaElement> schema) {
        return new Walk(schema).all();
    }

    PrimitiveTypeName type() {
        return descriptor.getPrimitiveType().getPrimitiveTypeName();
    }

    /** Whether it has at most one value in a row. */
    boolean isSingle() {
        return descriptor.getMaxRepetitionLevel() == 0;
    }

    /** Whether its values are bytes that are no text. */
    boolean isBytes() {
        return type() == PrimitiveTypeName.BINARY && !text;
    }
}
